"""Whether the parts that Slipway stands on answer."""

from datetime import timedelta

import structlog
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.utils import timezone
from redis.exceptions import RedisError

from slipway.api.schemas import Health
from slipway.sandboxes.engines import SILENT_AFTER
from slipway.sandboxes.models import Engine
from slipway.sandboxes.selectors import late_mails

log = structlog.get_logger(__name__)


def look() -> Health:
    """Ask each part once."""
    database = _database_answers()
    redis = _redis_answers()
    engine = database and _engine_answers(SILENT_AFTER)
    return Health(
        is_healthy=database and redis and engine,
        database=database,
        redis=redis,
        engine=engine,
        late_mails=late_mails() if database else 0,
    )


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        log.warning("database does not answer", error=str(error))
        return False
    return True


def _redis_answers() -> bool:
    try:
        cache.get("health")
    except (RedisError, OSError) as error:
        log.warning("redis does not answer", error=str(error))
        return False
    return True


def _engine_answers(silent_after: timedelta) -> bool:
    """Tell whether a worker reached any engine lately: the web process itself makes no call to engines."""
    return Engine.objects.filter(seen_at__gte=timezone.now() - silent_after).exists()
