#!/usr/bin/python3
"""Open pages in headless Chromium and look at them as a reader would.

    browser.py [--screenshots DIR] FILE...

Per page, at 360 and at 1200 pixels width: nothing is wider than the window,
every picture has a size and lies inside it, no text of a picture is cut off,
nothing was logged to the console, nothing was loaded from elsewhere.

Speaks WebDriver to chromedriver with the standard library alone.
Exit status: 0, 1 after printing what is wrong, 77 without Chromium.
"""
import argparse
import base64
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

WIDTHS = (360, 1200)

# Run in the page; returns a list of complaints.
LOOK = r"""
const wrong = [];
const width = window.innerWidth;
const root = document.documentElement;
if (root.scrollWidth > width)
    wrong.push(`page is ${root.scrollWidth} px wide, window ${width}`);
const pictures = [...document.querySelectorAll('svg, img')];
for (const [i, picture] of pictures.entries()) {
    const box = picture.getBoundingClientRect();
    const what = `picture ${i + 1}`;
    if (box.width < 100 || box.height < 50)
        wrong.push(`${what} is ${box.width} x ${box.height} px`);
    if (box.left < 0 || box.right > width + 0.5)
        wrong.push(`${what} reaches from ${box.left} to ${box.right} px`);
    if (picture.tagName == 'IMG' && !picture.naturalWidth)
        wrong.push(`${what} was not loaded`);
    if (picture.tagName == 'svg' && !picture.getAttribute('aria-label'))
        wrong.push(`${what} has no label`);
    for (const text of picture.querySelectorAll('text')) {
        const t = text.getBoundingClientRect();
        if (t.width && (t.left < box.left - 1 || t.right > box.right + 1 ||
                        t.top < box.top - 1 || t.bottom > box.bottom + 1))
            wrong.push(`${what} cuts off '${text.textContent.trim()}'`);
    }
}
for (const box of document.querySelectorAll('.scroll, pre')) {
    const b = box.getBoundingClientRect();
    if (b.width && b.right > width + 0.5)
        wrong.push(`a table's box ends at ${b.right} px`);
}
const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
if (new Set(ids).size != ids.length)
    wrong.push('an id is used twice');
for (const entry of performance.getEntriesByType('resource'))
    if (!entry.name.startsWith('data:'))
        wrong.push(`loads ${entry.name}`);
if (!root.lang) wrong.push('no language');
if (!document.title.trim()) wrong.push('no title');
if (document.querySelectorAll('h1').length != 1) wrong.push('not one h1');
return [wrong, pictures.length];
"""


class Driver:
    """chromedriver and one session."""

    def __init__(self, chromium, chromedriver):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        self.base = f"http://127.0.0.1:{port}"
        self.profile = tempfile.mkdtemp()
        self.process = subprocess.Popen(
            [chromedriver, f"--port={port}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            self._start(chromium)
        except BaseException:
            self.process.kill()
            shutil.rmtree(self.profile, ignore_errors=True)
            raise

    def _start(self, chromium):
        for _ in range(150):
            try:
                if self.call("GET", "/status")["ready"]:
                    break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        options = {
            "binary": chromium,
            "args": ["--headless=new", "--no-sandbox", "--disable-gpu",
                     "--disable-dev-shm-usage", "--no-first-run",
                     "--disable-background-networking",
                     "--hide-scrollbars",
                     f"--user-data-dir={self.profile}"],
        }
        answer = self.call("POST", "/session", {"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL"}}}})
        self.base += "/session/" + answer["sessionId"]

    def call(self, method, path, body=None):
        data = None if method == "GET" else json.dumps(body or {}).encode()
        request = urllib.request.Request(
            self.base + path, data, {"Content-Type": "application/json"},
            method=method)
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)["value"]

    def devtools(self, command, **parameters):
        return self.call("POST", "/goog/cdp/execute",
                         {"cmd": command, "params": parameters})

    def close(self):
        try:
            self.call("DELETE", "")
        except OSError:
            pass
        self.process.terminate()
        self.process.wait(10)
        shutil.rmtree(self.profile, ignore_errors=True)


def look(driver, path, width, screenshots):
    """What is wrong with the page at this width."""
    driver.devtools("Emulation.setDeviceMetricsOverride", width=width,
                    height=800, deviceScaleFactor=2 if width < 600 else 1,
                    mobile=width < 600)
    driver.call("POST", "/url", {"url": "file://" + os.path.abspath(path)})
    wrong, nr_pictures = driver.call(
        "POST", "/execute/sync", {"script": LOOK, "args": []})
    if nr_pictures == 0:
        wrong.append("no pictures")
    for entry in driver.call("POST", "/se/log", {"type": "browser"}):
        wrong.append("console: " + entry["message"])
    if screenshots:
        shot = driver.devtools("Page.captureScreenshot",
                               captureBeyondViewport=True)
        page = os.path.basename(os.path.dirname(os.path.abspath(path)))
        name = os.path.join(screenshots, f"{page}-{width}.png")
        with open(name, "wb") as out:
            out.write(base64.b64decode(shot["data"]))
    return wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--screenshots", metavar="DIR")
    parser.add_argument("file", nargs="+")
    arguments = parser.parse_args()
    chromium, chromedriver = map(shutil.which, ("chromium", "chromedriver"))
    if not chromium or not chromedriver:
        print("chromium and chromium-driver are not installed: skipped")
        return 77
    status = 0
    driver = Driver(chromium, chromedriver)
    try:
        for path in arguments.file:
            for width in WIDTHS:
                for text in look(driver, path, width, arguments.screenshots):
                    print(f"{path} at {width} px: {text}")
                    status = 1
    finally:
        driver.close()
    return status


if __name__ == "__main__":
    sys.exit(main())
