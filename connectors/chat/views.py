"""Serves the widget's script to every site, and the demo organizations' shops that embed it."""

import gzip
import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from connectors.chat import identity
from connectors.chat.demo import shop_channel
from connectors.chat.shops import SHOPS, Customer
from hub.clock import now
from hub.models import Channel

LANGUAGES = ("en", "de", "es", "ar")
"""The languages that the widget is built in, the first one for everybody else."""

CACHE_SECONDS = 300

SIGNED_IN_FOR = timedelta(hours=8)
"""How long the demo shop vouches for its customer."""

NOT_BUILT = (
    "The chat widget has not been built on this server: run `make run`, or `npm run build` in frontend/.\n"
)


@dataclass(frozen=True, slots=True)
class Script:
    """A built file, ready to be sent."""

    plain: bytes
    packed: bytes
    tag: str


@require_safe
def widget_script(request: HttpRequest) -> HttpResponse:
    """The widget in the visitor's language, for pages of any origin.

    `?lang=de` fixes the language; otherwise the browser's preferences choose among those built.
    503 in plain words if the front end has not been built.
    """
    script = _script(request.GET.get("lang") or request.headers.get("Accept-Language", ""))
    if script is None:
        return HttpResponse(NOT_BUILT, status=503, content_type="text/plain; charset=utf-8")
    response = _not_modified_or_sent(request, script)
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = f"public, max-age={CACHE_SECONDS}"
    patch_vary_headers(response, ["Accept-Encoding", "Accept-Language"])
    return response


def _not_modified_or_sent(request: HttpRequest, script: Script) -> HttpResponse:
    is_packed = "gzip" in request.headers.get("Accept-Encoding", "")
    tag = f'"{script.tag}-gzip"' if is_packed else f'"{script.tag}"'
    if tag in request.headers.get("If-None-Match", ""):
        response = HttpResponse(status=304)
    else:
        body = script.packed if is_packed else script.plain
        response = HttpResponse(body, content_type="text/javascript; charset=utf-8")
        if is_packed:
            response["Content-Encoding"] = "gzip"
    response["ETag"] = tag
    return response


def wanted_language(accepted: str) -> str:
    """The built language that an Accept-Language header prefers; "de-AT" is served by "de"."""
    weighed = []
    for position, part in enumerate(accepted.split(",")[:20]):
        tag, _, weight = part.partition(";q=")
        code = tag.strip().lower().split("-")[0]
        if code in LANGUAGES:
            weighed.append((-_weight(weight), position, code))
    return min(weighed)[2] if weighed else LANGUAGES[0]


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0


def _script(accepted: str) -> Script | None:
    language = wanted_language(accepted)
    name = "widget.js" if language == LANGUAGES[0] else f"widget.{language}.js"
    path = settings.FRONTEND_DIST / name
    try:
        return _read(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return None if language == LANGUAGES[0] else _script(LANGUAGES[0])


@lru_cache(maxsize=2 * len(LANGUAGES))
def _read(path: Path, changed_ns: int) -> Script:
    """The file as it was at this time of change."""
    plain = path.read_bytes()
    return Script(plain, gzip.compress(plain, 9, mtime=0), hashlib.sha256(plain).hexdigest()[:20])


@require_safe
def demo_site(request: HttpRequest) -> HttpResponse:
    """A page of somebody else's shop with the widget on it; `?site=` names the demo organization.

    With `?signed_in=1` the shop has its customer signed in, and proves that to the widget. 404 in
    plain words where the demo data is not loaded.
    """
    slug = request.GET.get("site", "acme")
    channel = shop_channel(slug)
    if channel is None or slug not in SHOPS:
        return HttpResponse(
            "There is no demo shop here: it exists only where the demo data is loaded (hub run --demo).\n",
            status=404,
            content_type="text/plain; charset=utf-8",
        )
    shop = SHOPS[slug]
    customer = shop.customer if request.GET.get("signed_in") else None
    facts = {"shop": shop, "slug": slug, "site_key": channel.address, "customer": customer}
    proof = json.dumps(_identity(channel, customer)) if customer else ""
    response = render(request, "chat/shop.html", facts | {"identity": proof})
    response["Cache-Control"] = "private, no-store"
    return response


def _identity(channel: Channel, customer: Customer) -> dict[str, Any]:
    """What a shop's server hands to its page for a signed-in customer."""
    exp = int((now() + SIGNED_IN_FOR).timestamp())
    secret = str(channel.secrets["identity_secret"])
    proof = identity.sign(secret, channel.address, customer.external_id, exp)
    return {
        "external_id": customer.external_id,
        "name": customer.name,
        "email": customer.email,
        "exp": exp,
        "hmac": proof,
    }
