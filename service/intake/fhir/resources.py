"""The resources of a body, and what their references lead to."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from service.intake.fhir.element import Element
from service.intake.strict_json import read_json
from service.problems import Fault, ProblemError

BUNDLES = ("transaction", "batch", "collection", "message", "document", "searchset")
MAX_ENTRIES = 2000


@dataclass(frozen=True, slots=True)
class Pool:
    """Every resource of a body by its address, and ``root``, the one that was sent.

    An address is a full URL, ``Type/id``, or ``#id`` behind the place of the resource
    that contains it.
    """

    root: Element
    by_type: dict[str, list[Element]] = field(repr=False)
    by_address: dict[str, Element] = field(repr=False)

    @property
    def faults(self) -> list[Fault]:
        """What could not be read so far."""
        return self.root.faults

    def of_type(self, *types: str) -> list[Element]:
        """Return the resources of *types*, each type in its order."""
        return [one for kind in types for one in self.by_type.get(kind, ())]

    def resolve(self, reference: Element, holder: Element) -> Element:
        """Return what *reference*, which stands in *holder*, leads to; else nothing.

        A reference out of the body is never followed.
        """
        target = reference.text("reference")
        owner = holder.place.partition("/contained/")[0]
        key = f"{owner}{target}" if target.startswith("#") else _bare(target)
        found = self.by_address.get(key) or self.by_address.get(_tail(key))
        return found or Element({}, reference.place, self.faults)


def type_of(resource: Element) -> str:
    """Return the type of a resource; empty where it has none."""
    return resource.text("resourceType")


def pool_of(body: bytes) -> Pool:
    """Return the resources of *body*, which is one resource as JSON.

    Raises:
        ProblemError: ``invalid_json``, or ``invalid_submission`` where it is no
            object, or a Bundle of too many entries.
    """
    found = read_json(body)
    if not isinstance(found, dict):
        fault = Fault("", "wrong_type", allowed=("an object",))
        raise ProblemError("invalid_submission", faults=(fault,))
    return pool_from(found)


def pool_from(found: dict[str, object]) -> Pool:
    """Return the resources of a body that was parsed.

    Raises:
        ProblemError: ``invalid_submission`` where it is a Bundle of too many entries.
    """
    root = Element(found, "", [])
    entries = list(_entries(root)) if type_of(root) == "Bundle" else [("", root)]
    if len(root.many("entry")) > MAX_ENTRIES:
        fault = Fault("/entry", "too_long", allowed=(f"at most {MAX_ENTRIES}",))
        raise ProblemError("invalid_submission", faults=(fault,))
    pool = Pool(root, {}, {})
    for address, resource in entries:
        _add(resource, address, pool)
    return pool


def _entries(bundle: Element) -> Iterator[tuple[str, Element]]:
    """Yield the address and the resource of each entry."""
    for entry in bundle.many("entry"):
        resource = entry.one("resource")
        if resource:
            yield entry.text("fullUrl"), resource


def _add(resource: Element, address: str, pool: Pool) -> None:
    pool.by_type.setdefault(type_of(resource), []).append(resource)
    own = f"{type_of(resource)}/{resource.text('id')}"
    for name in (address, own):
        if name and not name.endswith("/"):
            pool.by_address.setdefault(_bare(name), resource)
    for inner in resource.many("contained"):
        pool.by_type.setdefault(type_of(inner), []).append(inner)
        name = f"{resource.place}#{inner.text('id')}"
        pool.by_address.setdefault(name, inner)


def _bare(address: str) -> str:
    """Return an address without the version behind it."""
    return address.partition("/_history/")[0]


def _tail(address: str) -> str:
    """Return ``Type/id`` of an absolute address: senders write either."""
    return "/".join(address.split("/")[-2:])
