"""Any system as a channel, in thirty lines: posts what a customer says, prints what agents answer.

HUB_HOOK=http://127.0.0.1:8000/hooks/api/CHANNEL-ID HUB_TOKEN=… python docs/examples/api_channel.py
The channel's URL is http://127.0.0.1:9000/ then, and HUB_ALLOWED_NETWORKS=127.0.0.0/8 lets the hub go there.
"""

import json
import os
import uuid
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.request import Request, urlopen  # noqa: TID251  it needs nothing of the hub


def say(text: str) -> None:
    """Post what customer 7 says; the id makes it one message, however often it is posted."""
    message = {"id": str(uuid.uuid4()), "contact": {"id": "7", "name": "Ann"}, "text": text}
    headers = {"Authorization": f"Bearer {os.environ['HUB_TOKEN']}", "Content-Type": "application/json"}
    urlopen(Request(f"{os.environ['HUB_HOOK']}/messages", json.dumps(message).encode(), headers))  # noqa: S310


class Answers(BaseHTTPRequestHandler):
    """Takes what the hub posts; `webhook-id` tells a repetition."""

    def do_POST(self) -> None:
        """Print an agent's answer, and say that it has arrived."""
        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        print(event["type"], event["data"].get("text", ""), flush=True)  # noqa: T201
        self.send_response(204)
        self.end_headers()


if __name__ == "__main__":
    say("Hello from my own system")
    HTTPServer(("127.0.0.1", int(os.environ.get("PORT", "9000"))), Answers).serve_forever()
