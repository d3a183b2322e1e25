"""How long a learner waits for a machine: warm through a real browser, cold through the task queue."""

import asyncio
import contextlib
import secrets
import time

from django.conf import settings
from playwright.sync_api import Page, sync_playwright

from slipway.engine.port import MachineSpec
from slipway.sandboxes import actions as sandbox_actions
from slipway.sandboxes import images
from slipway.sandboxes.models import Sandbox
from tests.browser.chromium import launch
from tests.load.bare_sdk import BareSdk
from tests.load.measure import Outcome, milliseconds
from tests.load.raw_exec import RawExec
from tests.load.stage import SHELL, Stage

WARM_ROUNDS = 10
COLD_ROUNDS = 10
WARM_RATIO = 2.0
COLD_RATIO = 1.3
