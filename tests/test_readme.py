"""The README's own examples, run as they stand."""

import pages

from nullcline.cli import main


def test_every_block_of_the_readme_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "agg")
    _, said = pages.run("README.md", tmp_path)
    assert sum(command.startswith("nullcline ") for command in said) >= 9
    for name in ("vdp.png", "period.png"):
        assert (tmp_path / name).stat().st_size > 10_000
    for name in ("vdp.py", "vdp.html", "vdp.csv", "map.png", "proof.html", "vdp.omex"):
        assert (tmp_path / name).stat().st_size > 0


def test_the_mistake_of_the_readme_is_told_so(tmp_path, monkeypatch, capsys):
    """Where `mu` is misspelt in the equation of the model that the page shows."""
    (vdp,) = (block.text for block in pages.blocks("README.md") if pages.file_of(block))
    (shown,) = (block.text for block in pages.blocks("README.md") if block.language == "text")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "vdp.yaml").write_text(vdp.replace("mu*(1", "nu*(1"), encoding="utf-8")
    assert main(["validate", "vdp.yaml", "--quiet"]) == 1
    assert shown in capsys.readouterr().out
