# $label for Omnihub

Install it beside the hub, and start the hub again; “$label” is then among the kinds of channels in the settings:

    pip install -e .
    hub run

| file | holds |
|---|---|
| `$package/connector.py` | the hooks that the hub calls, each a line or two |
| `$package/parse.py` | what the provider posts, as messages; pure |
| `$package/calls.py` | the provider's API, and its errors |
| `$package/fake.py` | the provider on loopback, for the hub's conformance kit |
| `tests/` | what can be tried without a hub: `python -m pytest` |

The provider that these files describe does not exist: it posts JSON signed with HMAC-SHA256 and takes answers at
`POST /messages`. Put yours in its place, hook by hook. Every hook with its promise is in `hub/connector.py`, what goes
in and out in `hub/messages/`, and the hub's guide “A new channel” leads through all of it.

The hub's own conformance kit runs over every installed connector. In a checkout of the hub, with this package
installed in its environment:

    pytest tests/conformance -k $kind
