"""The resources of a body, and what their references lead to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from service.intake.fhir.element import Element
from service.intake.strict_json import read_json
from service.problems import Fault, ProblemError

BUNDLES = ("transaction", "batch", "collection", "message", "document", "searchset")
MAX_ENTRIES = 2000
_METHODS = ("POST", "PUT")
_HOLDERS = ("Bundle", "Parameters")  # results within them would be read by nobody
_REST = re.compile(r"(?P<base>.*/|)(?P<name>[A-Za-z]+/[^/?#]+)")


@dataclass(frozen=True, slots=True)
class Pool:
    """Every resource of a body, and ``root``, the one that was sent.

    ``by_address`` has them by their full URL, or by ``#id`` behind the place of the
    resource that contains them; ``by_name`` by ``Type/id``, and ``homeless`` are those
    of them whose full URL names no server.  ``bases`` are the servers of all others, by
    place.  ``refused`` are the places of resources that are not read.
    """

    root: Element
    by_type: dict[str, list[Element]] = field(default_factory=dict, repr=False)
    by_address: dict[str, list[Element]] = field(default_factory=dict, repr=False)
    by_name: dict[str, list[Element]] = field(default_factory=dict, repr=False)
    homeless: dict[str, list[Element]] = field(default_factory=dict, repr=False)
    bases: dict[str, str] = field(default_factory=dict, repr=False)
    refused: set[str] = field(default_factory=set, repr=False)

    @property
    def faults(self) -> list[Fault]:
        """What could not be read so far."""
        return self.root.faults

    def of_type(self, *types: str) -> list[Element]:
        """Return the resources of *types*, each type in its order."""
        return [one for kind in types for one in self.by_type.get(kind, ())]

    def resolve(self, reference: Element, holder: Element) -> Element:
        """Return what *reference*, which stands in *holder*, leads to; else nothing.

        A reference out of the body is never followed.  One of which it is unclear
        what it leads to, or that leads to what is refused, is a fault.
        """
        target = reference.text("reference")
        found, clear = self._found(target, holder)
        if "?" in target:  # a search: what it would find is out of the body
            reference.refuse("reference", "reference_unclear", target)
        if not found:
            return Element({}, reference.place, self.faults)
        if not clear or len(found) > 1 or found[0].place in self.refused:
            reference.refuse("reference", "reference_unclear", target)
            return Element({}, reference.place, self.faults)
        return found[0]

    def address_of(self, reference: Element, holder: Element) -> str:
        """Return what *reference* is to, where that is out of the body."""
        target = _bare(reference.text("reference"))
        match = _REST.fullmatch(target)
        if match is None or match["base"]:
            return target or reference.one("identifier").text("value")
        return f"{self.bases.get(_owner(holder), '')}{target}"

    def _found(self, target: str, holder: Element) -> tuple[list[Element], bool]:
        """Return what *target* may lead to, by FHIR's rules, and whether it does.

        A relative reference belongs to the server that its own entry comes from.
        Where that is not told, of the entry or of what it leads to, the name must do.
        An absolute one may or may not lead to what has its name and no server.
        """
        owner = _owner(holder)
        if target.startswith("#"):
            return self.by_address.get(f"{owner}{target}", []), True
        match = _REST.fullmatch(_bare(target))
        relative = match is not None and not match["base"]
        base = self.bases.get(owner)
        address = f"{base or ''}{_bare(target)}" if relative else _bare(target)
        known = self.by_address.get(address)
        if known or match is None:
            return known or [], True
        names = self.by_name if relative and base is None else self.homeless
        return names.get(match["name"], []), relative


def type_of(resource: Element) -> str:
    """Return the type of a resource; empty where it has none."""
    return resource.text("resourceType")


def base_of(url: str) -> str:
    """Return the server that a full URL belongs to; empty where it names none."""
    match = _REST.fullmatch(_bare(url))
    return match["base"] if match else ""


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
    pool = Pool(Element(found, "", []))
    if type_of(pool.root) != "Bundle":
        _add(pool.root, pool)
        return pool
    entries = pool.root.many("entry")
    if len(entries) > MAX_ENTRIES:
        fault = Fault("/entry", "too_long", allowed=(f"at most {MAX_ENTRIES}",))
        raise ProblemError("invalid_submission", faults=(fault,))
    for entry in entries:
        _address(entry, pool)
    for entry in entries:
        resource = entry.one("resource")
        if _is_refused(entry, resource, pool):
            pool.refused.add(resource.place)
        elif resource:
            _add(resource, pool)
    return pool


def _address(entry: Element, pool: Pool) -> None:
    """Write down by what the resource of *entry* can be referred to."""
    resource, url = entry.one("resource"), _bare(entry.text("fullUrl"))
    match = _REST.fullmatch(url)
    if url:
        pool.by_address.setdefault(url, []).append(resource)
    if match:
        pool.bases[resource.place] = match["base"]
    name = match["name"] if match else _name(resource)
    pool.by_name.setdefault(name, []).append(resource)
    if match is None:
        pool.homeless.setdefault(name, []).append(resource)


def _name(resource: Element) -> str:
    return f"{type_of(resource)}/{resource.text('id')}"


def _is_refused(entry: Element, resource: Element, pool: Pool) -> bool:
    """Say whether *entry* is none that is read, and write down why."""
    wrong = [*_wrong_entry(entry, resource, pool), *_wrong_kind(resource)]
    for holder, name, code, received, allowed in wrong:
        holder.refuse(name, code, received, allowed)
    return bool(wrong)


_Wrong = tuple[Element, str, str, str, tuple[str, ...]]


def _wrong_entry(entry: Element, resource: Element, pool: Pool) -> Iterator[_Wrong]:
    url, request = entry.text("fullUrl"), entry.one("request")
    method = request.text("method")
    if request.has("method") and method not in _METHODS:
        yield request, "method", "not_allowed", method, _METHODS
    if entry.has("modifierExtension"):
        yield entry, "modifierExtension", "modifier_not_known", "", ()
    if "?" in request.text("url"):  # only under a condition, which is not looked at
        yield request, "url", "not_allowed", request.text("url"), ()
    match = _REST.fullmatch(_bare(url))
    if len(pool.by_address.get(_bare(url), ())) > 1:
        yield entry, "fullUrl", "duplicate", url, ()
    elif match and resource.has("id") and match["name"] != _name(resource):
        yield entry, "fullUrl", "contradiction", url, ()


def _wrong_kind(resource: Element) -> Iterator[_Wrong]:
    """Yield that it holds resources that nobody would read, or has no type."""
    kind = type_of(resource)
    if resource and not resource.has("resourceType"):
        yield resource, "resourceType", "required", "", ()
    elif kind in _HOLDERS:
        yield resource, "resourceType", "not_allowed", kind, ()


def _add(resource: Element, pool: Pool) -> None:
    pool.by_type.setdefault(type_of(resource), []).append(resource)
    for inner in resource.many("contained"):
        for _, name, code, received, allowed in _wrong_kind(inner):
            inner.refuse(name, code, received, allowed)
        if inner.has("contained"):
            inner.refuse("contained", "not_allowed", "")
        pool.by_type.setdefault(type_of(inner), []).append(inner)
        name = f"{resource.place}#{inner.text('id')}"
        pool.by_address.setdefault(name, []).append(inner)


def _owner(holder: Element) -> str:
    """Return the place of the resource that *holder* is, or is contained in."""
    return holder.place.partition("/contained/")[0]


def _bare(address: str) -> str:
    """Return an address without the version behind it."""
    return address.partition("/_history/")[0]
