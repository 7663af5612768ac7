"""Sites of many references, of links that lead out, and of runs that are broken off."""

import json
import re
import signal
import subprocess
import sys
import time

import pytest
from sites import DECAY, LORENZ, VDP, write

from nullcline import Dynamics
from nullcline.cli import main
from nullcline.site.citation import bibtex

pytest.importorskip("matplotlib")
pytest.importorskip("latex2mathml")

from nullcline import site


@pytest.mark.parametrize("count", [2, 11, 30, 100])
def test_any_number_of_references_may_share_a_key(count):
    same = [{"key": "k2020", "title": f"T{number}"} for number in range(count)]
    model = Dynamics.from_dict({**Dynamics.from_yaml(VDP).to_dict(), "references": same})
    keys = re.findall(r"^@\w+\{([^,]*),$", bibtex(model), re.MULTILINE)
    assert len(keys) == count + 1
    assert len(set(keys)) == count + 1


def test_a_link_to_a_file_outside_of_the_folder_is_not_published(tmp_path, capsys):
    write(tmp_path / "models", vdp=VDP)
    write(tmp_path / "private", secret=DECAY)
    (tmp_path / "models" / "link.yaml").symlink_to("../private/secret.yaml")
    (tmp_path / "models" / "inner.yaml").symlink_to("vdp.yaml")
    asked = [str(tmp_path / "models"), "-o", str(tmp_path / "site"), "--jobs", "1"]
    assert main(["site", *asked]) == 1
    said = capsys.readouterr().out
    assert "link.yaml: a link to a file outside of the folder" in said
    texts = [p.read_text(encoding="utf-8") for p in (tmp_path / "site").rglob("*.*") if p.is_file()]
    assert not any("Decay" in text for text in texts)
    assert any("Van der Pol" in text for text in texts)


def test_what_is_done_of_a_site_that_is_broken_off_is_kept(tmp_path, monkeypatch):
    files = write(tmp_path / "models", decay=DECAY, lorenz=LORENZ, vdp=VDP)

    def twice(orders, run, jobs):
        yield from list(site_made(orders[:2], run, jobs))
        raise KeyboardInterrupt

    site_made = site.made
    monkeypatch.setattr(site, "made", twice)
    with pytest.raises(KeyboardInterrupt):
        site.build(files, tmp_path / "site", jobs=1)
    index = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert "models/decay/" in index
    assert "models/lorenz/" in index
    assert "models/vdp/" not in index
    monkeypatch.setattr(site, "made", site_made)
    report = site.build(files, tmp_path / "site", jobs=1)
    assert (report.models, report.made) == (3, 1)


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_site_leaves_an_index_and_nothing_else(tmp_path, number):
    folder = tmp_path / "site"
    done = subprocess.Popen(
        [sys.executable, "-m", "nullcline", "site", "--library", "-o", folder, "--jobs", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not (folder / "manifest.json").exists() and done.poll() is None:
        time.sleep(0.1)
    while not list(folder.glob("models/*/index.html")) and done.poll() is None:
        time.sleep(0.1)
    done.send_signal(number)
    said = done.communicate()
    assert done.returncode == (130 if number == signal.SIGINT else 143)
    assert "Traceback" not in said[1]
    assert "leaked" not in said[1]
    assert (folder / "index.html").is_file()
    found = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert found["begun"]
