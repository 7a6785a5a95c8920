"""A page in a real browser: Chromium without a window, by its DevTools protocol over a WebSocket on loopback.

with Chromium.started(folder) as chromium:
    page = chromium.open(Path("report.html"), width=1280, height=800)
    page.evaluate("document.title")
"""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from websockets.sync.client import ClientConnection, connect

DEADLINE_S: Final = 30.0
_POLL_S: Final = 0.02
_FLAGS: Final = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
    *("--disable-extensions", "--disable-background-networking", "--disable-component-update", "--mute-audio"),
    *("--autoplay-policy=no-user-gesture-required", "--remote-debugging-port=0", "--hide-scrollbars"),
)


class Chromium:
    """One browser, in whose tab one page at a time is open."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self._session: str | None = None
        self.complaints: list[str] = []
        """Errors, warnings and requests to the network since the page was opened."""

    @classmethod
    @contextlib.contextmanager
    def started(cls, folder: Path) -> Iterator[Chromium]:
        """`folder` is where it keeps its profile."""
        command = ["chromium", *_FLAGS, f"--user-data-dir={folder}", "about:blank"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            with connect(_address(folder / "DevToolsActivePort"), max_size=None, proxy=None) as socket:
                chromium = cls(socket)
                chromium._attach()
                yield chromium
                chromium.call("Browser.close", browser=True)
        finally:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)
            process.kill()
            process.wait()

    def call(self, method: str, *, browser: bool = False, **given: object) -> Any:
        """The result of a method of the protocol, for the tab or for the `browser`.

        Raises AssertionError where it is refused, TimeoutError where nothing comes.
        """
        number = next(self._ids)
        message: dict[str, object] = {"id": number, "method": method, "params": given}
        if not browser and self._session is not None:
            message["sessionId"] = self._session
        self._socket.send(json.dumps(message))
        while True:
            received = self._receive()
            if received.get("id") == number:
                assert "error" not in received, f"{method}: {received['error']}"
                return received["result"]

    def open(self, path: Path, *, address: str = "", width: int = 1280, height: int = 800, media: str = "") -> None:
        """Opens a file, at `#address`, and waits until it has loaded. `media`: such as `prefers-color-scheme:dark`."""
        features = [dict(zip(("name", "value"), each.split(":"), strict=True)) for each in media.split() if each]
        self.call("Emulation.setEmulatedMedia", features=features)
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.call("Page.navigate", url="about:blank")
        self.until("location.href === 'about:blank'")
        self.complaints.clear()
        self.call("Page.navigate", url=f"file://{path}{address}")
        self.until("location.protocol === 'file:' && document.readyState === 'complete'")

    def evaluate(self, expression: str) -> Any:
        """Its value as JSON has it; a promise is waited for. Raises AssertionError where it throws."""
        found = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def until(self, expression: str) -> None:
        """Waits until it is true."""
        end_s = time.monotonic() + DEADLINE_S
        while not self.evaluate(expression):
            assert time.monotonic() < end_s, f"never came true: {expression}"
            time.sleep(_POLL_S)

    def soon(self, expression: str, wanted: object) -> None:
        """Waits until it has that value: what a key or a click leads to need not be there at once."""
        end_s = time.monotonic() + DEADLINE_S
        while (found := self.evaluate(expression)) != wanted:
            assert time.monotonic() < end_s, f"{expression} is {found!r}, not {wanted!r}"
            time.sleep(_POLL_S)

    def press(self, key: str) -> None:
        """As a person does: `j`, `Enter`, `Escape`, `/`."""
        text = "\r" if key == "Enter" else key if len(key) == 1 else ""
        self.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", key=key, text=text)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key)

    def click(self, selector: str) -> None:
        """With the mouse, in the middle of the first that matches."""
        box = self.evaluate(
            f"(() => {{ const found = document.querySelector({json.dumps(selector)});"
            " found.scrollIntoView({block: 'center'}); const box = found.getBoundingClientRect();"
            " return [box.x + box.width / 2, box.y + box.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)

    def screenshot(self, *, whole: bool = False) -> bytes:
        """A PNG file of what is seen, or of the `whole` page."""
        found = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        return base64.b64decode(found["data"])

    def _attach(self) -> None:
        targets = self.call("Target.getTargets", browser=True)["targetInfos"]
        page = next(target for target in targets if target["type"] == "page")
        attached = self.call("Target.attachToTarget", browser=True, targetId=page["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def _receive(self) -> dict[str, Any]:
        received: dict[str, Any] = json.loads(self._socket.recv(timeout=DEADLINE_S))
        given = received.get("params", {})
        match received.get("method"):
            case "Runtime.exceptionThrown":
                self.complaints.append(str(given["exceptionDetails"]))
            case "Runtime.consoleAPICalled":
                self.complaints.append(f"console.{given['type']}: {given['args']}")
            case "Log.entryAdded":
                self.complaints.append(f"{given['entry']['level']}: {given['entry']['text']}")
            case "Network.requestWillBeSent" if not given["request"]["url"].startswith(("file:", "about:", "blob:")):
                self.complaints.append(f"asked for {given['request']['url'][:200]}")
            case _:
                pass
        return received


def _address(port_file: Path) -> str:
    """Of the whole browser, which it writes there once it listens."""
    end_s = time.monotonic() + DEADLINE_S
    while not port_file.exists() or port_file.read_text().count("\n") < 1:
        assert time.monotonic() < end_s, "chromium never said where it listens"
        time.sleep(_POLL_S)
    port, path = port_file.read_text().splitlines()[:2]
    return f"ws://127.0.0.1:{port}{path}"
