"""The segments of an ORU^R01 put together: patients, their orders, their results."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from service.intake.hl7.er7 import Er7Error, Message, Segment
from service.problems import Fault

_REFUSED = ("ADD",)  # the rest of a segment: to pass it over would lose text


@dataclass(slots=True)
class Noted:
    """A segment with the notes that follow it."""

    segment: Segment
    notes: list[Segment] = field(default_factory=list)


@dataclass(slots=True)
class Order:
    """An OBR with its results and its specimens."""

    head: Noted
    results: list[Noted] = field(default_factory=list)
    specimens: list[Segment] = field(default_factory=list)

    def number(self) -> str:
        """Return the filler's number; the placer's only where there is none.

        One number of a placer may stand with several orders of the filler.
        """
        return self.filled() or self.placed()

    def filled(self) -> str:
        """Return the filler's number."""
        return self._part(3)

    def placed(self) -> str:
        """Return the placer's number."""
        return self._part(2)

    def _part(self, field: int) -> str:
        # a number may be sent with an escaped line's end, and is the same without
        return self.head.segment.part(field).strip()


@dataclass(slots=True)
class Group:
    """One patient's orders on one specimen under one number: they make one panel."""

    patient: Noted
    orders: list[Order] = field(default_factory=list)

    def key(self) -> tuple[str, ...]:
        """Return what a further order must share to be of this group, or nothing."""
        head = self.orders[0].head.segment
        number = self.orders[0].number()
        return (number, *self._taken(), head.raw(7), head.raw(15)) if number else ()

    def numbers(self) -> tuple[str, ...]:
        """Return the number of the order, first with those of its specimens."""
        return self._named(self.orders[0].number())

    def _named(self, number: str) -> tuple[str, ...]:
        names = (" ".join((number, *self._taken())).strip(), number)
        return tuple(dict.fromkeys(names)) if number else ()

    def has_results(self) -> bool:
        """Say whether there is a result in any of its orders."""
        return any(order.results for order in self.orders)

    def placed(self) -> tuple[str, ...]:
        """Return the same by the placer's number, which an order may have as well."""
        return self._named(self.orders[0].placed())

    def is_filled(self) -> bool:
        """Say whether the filler gave the order a number."""
        return bool(self.orders[0].filled())

    def _taken(self) -> list[str]:
        return [one.part(2) or one.part(17) for one in self.orders[0].specimens]


def grouped(message: Message) -> tuple[Group, ...]:
    """Return one group per patient, order number and specimen.

    One of them at least has results.

    Raises:
        Er7Error: ``segment_sequence``: a result without an order, an order without a
            patient, or a message without results.
    """
    groups: dict[object, Group] = {}
    for patient, order in _orders(message):
        made = Group(patient, [order])
        alike = (patient.segment.number, made.key() or len(groups))
        if alike in groups:
            groups[alike].orders.append(order)
        else:
            groups[alike] = made
    if not any(group.has_results() for group in groups.values()):
        raise Er7Error(Fault("OBX^1", "segment_sequence"))
    return tuple(groups.values())


def _orders(message: Message) -> Iterator[tuple[Noted, Order]]:
    """Yield every order once it is whole, with its patient."""
    patient: Noted | None = None
    order: Order | None = None
    last: Noted | None = None
    for one in message.segments[1:]:
        if one.name in {"PID", "OBR"} and patient is not None and order is not None:
            yield patient, order
            order = None
        if one.name == "PID":
            patient = last = Noted(one)
        elif one.name == "OBR" and patient is not None:
            order = Order(last := Noted(one))
        elif one.name == "OBX" and order is not None:
            order.results.append(last := Noted(one))
        elif one.name == "SPM" and order is not None:
            order.specimens.append(one)
            last = order.head
        elif one.name == "NTE" and last is not None:
            last.notes.append(one)
        elif one.name in {"OBR", "OBX", "SPM", *_REFUSED}:
            raise Er7Error(Fault(f"{one.name}^{one.number}", "segment_sequence"))
    if patient is not None and order is not None:
        yield patient, order
