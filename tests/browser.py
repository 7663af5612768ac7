"""A headless Chromium, spoken to through a pipe in the DevTools protocol."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "chrome-headless-shell")
SECONDS = 60.0


def find():
    """The path of a Chromium, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """`with Browser(path) as browser:` one tab; `heard` are the events of the page so far."""

    def __init__(self, path):
        self.home = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        to_read, self.commands = os.pipe()
        self.answers, to_write = os.pipe()
        options = [
            *("--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu"),
            *("--disable-dev-shm-usage", "--no-first-run", f"--user-data-dir={self.home.name}"),
            *("--disable-background-networking", "--disable-component-update", "--mute-audio"),
        ]
        # The shell gives the pipe the numbers 3 and 4, as the protocol wants it.
        line = f'exec "$@" 3<&{to_read} 4>&{to_write}'
        self.process = subprocess.Popen(
            ["bash", "-c", line, "bash", path, *options, "about:blank"],
            pass_fds=(to_read, to_write),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_read)
        os.close(to_write)
        self.held, self.number, self.heard, self.session = b"", 0, [], None
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.send("Target.attachToTarget", targetId=target, flatten=True)[
            "sessionId"
        ]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(Exception):
            self.session = None
            self.send("Browser.close")
        for end in (self.commands, self.answers):
            os.close(end)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.home.cleanup()

    def send(self, method, **parameters):
        """Ask for something and wait for the answer."""
        self.number += 1
        asked = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            asked["sessionId"] = self.session
        os.write(self.commands, json.dumps(asked).encode() + b"\0")
        while True:
            said = self._hear()
            if said.get("id") == self.number:
                assert "error" not in said, (method, said["error"])
                return said["result"]
            self.heard.append(said)

    def wait(self, method):
        """Wait for an event of the page."""
        while True:
            for index, said in enumerate(self.heard):
                if said.get("method") == method:
                    return self.heard.pop(index)
            self.heard.append(self._hear())

    def _hear(self):
        end = time.monotonic() + SECONDS
        while b"\0" not in self.held:
            if not select.select([self.answers], [], [], max(0, end - time.monotonic()))[0]:
                raise TimeoutError("the browser does not answer")
            found = os.read(self.answers, 1 << 20)
            if not found:
                raise EOFError("the browser has ended")
            self.held += found
        said, _, self.held = self.held.partition(b"\0")
        return json.loads(said)

    # What a test does with a page

    def open(self, address):
        """Load a page anew and wait until it is there; what was heard before is forgotten."""
        if isinstance(address, Path):
            address = address.resolve().as_uri()
        self.send("Page.navigate", url="about:blank")
        self.heard.clear()
        self.send("Page.navigate", url=address)
        self.settle()

    def settle(self):
        """Wait for the page that is loading, and for a frame of it."""
        while (
            self.run("document.readyState") != "complete"
            or self.run("location.href") == "about:blank"
        ):
            time.sleep(0.02)
        self.run("new Promise(done => setTimeout(done, 60))")

    def run(self, code):
        """The value of a JavaScript expression, which may be a promise."""
        asked = {"expression": code, "returnByValue": True, "awaitPromise": True}
        found = self.send("Runtime.evaluate", **asked)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def key(self, key, code=0, text="", shift=False):
        """Press a key and let it go."""
        about = {"key": key, "code": key, "windowsVirtualKeyCode": code, "modifiers": 8 * shift}
        down = {"type": "keyDown" if text else "rawKeyDown", "text": text, **about}
        self.send("Input.dispatchKeyEvent", **{k: v for k, v in down.items() if v != ""})
        self.send("Input.dispatchKeyEvent", type="keyUp", **about)

    def tab(self, shift=False):
        """Move the focus on."""
        self.key("Tab", 9, shift=shift)

    def enter(self):
        """Follow what has the focus."""
        self.key("Enter", 13, "\r")

    def type(self, text):
        """Type a text, letter by letter."""
        for letter in text:
            self.key(letter, ord(letter.upper()), letter)

    def look(self, width=1280, height=900, dark=False, scripts=True):
        """How wide the window is, what colours the reader prefers, whether scripts run."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.send("Emulation.setDeviceMetricsOverride", **size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", features=[scheme])
        self.send("Emulation.setScriptExecutionDisabled", value=not scripts)

    def picture(self, path, whole=False):
        """Save what is to be seen as a PNG."""
        asked = {"format": "png", "captureBeyondViewport": whole}
        if whole:
            size = self.send("Page.getLayoutMetrics")["cssContentSize"]
            asked["clip"] = {
                "x": 0,
                "y": 0,
                "width": size["width"],
                "height": size["height"],
                "scale": 1,
            }
        Path(path).write_bytes(
            base64.b64decode(self.send("Page.captureScreenshot", **asked)["data"])
        )

    def complaints(self):
        """What the console says that is no mere message, policies that were broken included."""
        self.run("1")
        found = []
        for said in self.heard:
            given = said.get("params", {})
            match said.get("method"):
                case "Runtime.exceptionThrown":
                    found.append(given["exceptionDetails"]["text"])
                case "Runtime.consoleAPICalled" if given["type"] in ("error", "warning", "assert"):
                    found.append(str(given["args"]))
                case "Log.entryAdded":
                    found.append(given["entry"]["text"])
        return found

    def requests(self):
        """Every address that the page asked for."""
        asked = [s["params"] for s in self.heard if s.get("method") == "Network.requestWillBeSent"]
        return [each["request"]["url"] for each in asked]
