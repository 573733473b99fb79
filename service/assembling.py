"""What every door needs, put together once: settings, store, catalogue and clock."""

from collections.abc import Callable
from datetime import UTC, datetime

from reference_ranges.loading import load_catalogue, overdue_reviews
from reports.wording import load_wording, locales
from service import logs
from service.services import Services
from service.settings import Settings, SettingsError
from service.store.engine import open_engine
from service.store.instance import require_fit
from service.store.migrate import at_head


def now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


def services_of(settings: Settings, clock: Callable[[], datetime] = now) -> Services:
    """Return what every door needs, whoever opens it: a server, or a command.

    Raises:
        CatalogueError, WordingError, SettingsError, DemoRefused: see ``create_app``.
    """
    catalogue = load_catalogue(site=settings.ranges)
    if settings.profile not in catalogue.profiles:
        raise SettingsError("PLAINLAB_PROFILE is not a profile of the catalogue")
    offered = _offered(settings)
    logs.warn_of_reviews(overdue_reviews(catalogue, clock().date()))
    engine = open_engine(settings.database_url, settings.busy_timeout)
    if at_head(engine):
        require_fit(engine, demo=settings.demo)
    return Services(
        settings=settings,
        engine=engine,
        catalogue=catalogue,
        locales=offered,
        clock=clock,
        demo=settings.demo,
    )


def _offered(settings: Settings) -> tuple[str, ...]:
    """Return the locales that the site offers, each with words that are fit for use."""
    offered = settings.locales or locales()
    if unknown := sorted(set(offered) - set(locales())):
        named = ", ".join(unknown)
        raise SettingsError(f"PLAINLAB_LOCALES: there are no words for {named}")
    if settings.locale not in offered:
        raise SettingsError("PLAINLAB_LOCALE is not a locale that is offered")
    for locale in offered:
        load_wording(locale)
    return tuple(sorted(offered))
