"""The command line as a person uses it: what it prints, writes and returns."""

import csv
import os
import subprocess
import sys

import pytest

from nullcline import Dynamics
from nullcline.cli import COMMANDS, main
from nullcline.targets import all_targets

VDP = """\
name: VdP
parameters: {mu: 1.0}
state_variables:
  x: {equation: "z", initial_value: 0.1, unit: mV}
  z: {equation: "mu*(1 - x**2)*z - x", initial_value: 0.0}
"""


@pytest.fixture
def vdp(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "vdp.yaml").write_text(VDP, encoding="utf-8")
    return "vdp.yaml"


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_each_command_has_an_example(command, capsys):
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])
    assert caught.value.code == 0
    assert f"example: nullcline {command}" in " ".join(capsys.readouterr().out.split())


def test_wrong_usage_has_its_own_exit_status(capsys):
    for wrong in ([], ["nonsense"], ["simulate"], ["export", "x.yaml"]):
        with pytest.raises(SystemExit) as caught:
            main(wrong)
        assert caught.value.code == 2
    assert "usage: nullcline" in capsys.readouterr().err


def test_validate_says_what_a_model_holds(vdp, tmp_path, capsys):
    (tmp_path / "more.yml").write_text(VDP + "iri: tvbo:X\nevents: {e: {}}\n", encoding="utf-8")
    assert main(["validate", ".", "--verbose"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "more.yml: valid: VdP (2 state variables, 1 parameter)" in lines
    assert "  note: more.yml:7:1: events: Nullcline cannot express events" in lines
    assert "  kept, not used: iri: tvbo:X" in lines
    assert lines[-1] == "2 files: 2 valid, 0 with problems"


def test_the_file_of_expected_failures_is_no_model(vdp, tmp_path, capsys):
    folder = tmp_path / "models"
    folder.mkdir()
    for path in (tmp_path, folder):
        file = path / "nullcline-expected.yaml"
        file.write_text("vdp.yaml::python: a reason\n", encoding="utf-8")
    assert main(["validate", "."]) == 0
    assert capsys.readouterr().out.endswith("1 file: 1 valid, 0 with problems\n")
    assert main(["conform", ".", "--target", "python", "--duration", "1"]) == 0
    shown = capsys.readouterr()
    assert "conformance: 1 of 1 cells" in shown.out
    assert "nullcline-expected" not in shown.out + shown.err


def test_validate_tells_problems_and_goes_on(vdp, tmp_path, capsys):
    (tmp_path / "bad.yaml").write_text(VDP.replace("mu*", "nu*"), encoding="utf-8")
    assert main(["validate", "bad.yaml", vdp, "absent.yaml"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(
        "bad.yaml:5:17: state_variables/z/equation/rhs: `nu` is not declared"
    )
    assert lines[1].startswith("vdp.yaml: valid")
    assert lines[2].startswith("absent.yaml: ")
    assert lines[-1] == "3 files: 1 valid, 2 with problems"


def test_targets_are_listed(capsys):
    assert main(["targets"]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert listed == [*sorted(all_targets()), "omex", "nullcline"]


def test_export_writes_what_the_library_gives(vdp, tmp_path, capsys):
    model = Dynamics.from_yaml(tmp_path / vdp)
    for target in all_targets():
        assert main(["export", vdp, "--to", target]) == 0
        assert capsys.readouterr().out == model.render_code(target)
    assert main(["export", vdp, "--to", "nullcline", "-o", "again.yaml"]) == 0
    assert Dynamics.from_yaml(tmp_path / "again.yaml") == model
    assert main(["export", vdp, "--to", "fortran"]) == 1
    said = capsys.readouterr().err
    assert "there is no target `fortran` (there are: c, " in said
    assert "omex" in said
    assert main(["export", vdp, "--to", "omx"]) == 1
    assert "there is no target `omx`; did you mean `omex`?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("form", "mark"), [("markdown", "# VdP"), ("html", "<h1"), ("latex", "\\begin")]
)
def test_report(vdp, tmp_path, capsys, form, mark):
    assert main(["report", vdp, "--format", form]) == 0
    shown = capsys.readouterr().out
    assert mark in shown
    assert main(["report", vdp, "--format", form, "-o", "report.txt"]) == 0
    assert (tmp_path / "report.txt").read_text(encoding="utf-8") == shown


def test_simulate_prints_a_table(vdp, capsys):
    assert main(["simulate", vdp, "--duration", "1", "--sampling", "0.25", "--set", "mu=0"]) == 0
    captured = capsys.readouterr()
    rows = list(csv.reader(captured.out.splitlines()))
    assert rows[0] == ["t", "x", "z"]
    assert [float(row[0]) for row in rows[1:]] == [0, 0.25, 0.5, 0.75, 1]
    assert float(rows[-1][1]) == pytest.approx(0.1 * 0.5403023058681398)  # 0.1*cos(1)
    assert captured.err == ""  # no progress where nobody watches


def test_simulate_writes_numbers_and_a_picture(vdp, tmp_path, capsys):
    import xarray

    arguments = ["simulate", vdp, "--duration", "2", "--sampling", "0.5", "--plot", "vdp.png"]
    assert main([*arguments, "-o", "vdp.nc"]) == 0
    assert main([*arguments, "-o", "vdp.csv"]) == 0
    assert (tmp_path / "vdp.png").read_bytes().startswith(b"\x89PNG")
    with xarray.open_dataset(tmp_path / "vdp.nc", engine="scipy") as data:
        assert data["x"].attrs["units"] == "mV"
        assert data["time"].values.tolist() == [0, 0.5, 1, 1.5, 2]
        last = float(data["x"][-1])
    rows = list(csv.reader((tmp_path / "vdp.csv").read_text(encoding="utf-8").splitlines()))
    assert float(rows[-1][1]) == last
    assert "vdp.nc: 5 samples of x, z" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--duration", "1", "--set", "mue=2"], "did you mean `mu`"),
        (["--duration", "0"], "0 < sampling <= duration"),
        (["--duration", "1", "--sampling", "2"], "0 < sampling <= duration"),
        (["--duration", "1", "-o", "x.txt"], "x.txt: numbers are written as .csv or .nc"),
    ],
)
def test_simulate_refuses_with_a_sentence(vdp, capsys, arguments, message):
    assert main(["simulate", vdp, *arguments]) == 1
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


def test_a_run_that_blows_up_keeps_what_it_has(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    text = 'name: B\nstate_variables: {x: {equation: "x**2", initial_value: 1.0}}\n'
    (tmp_path / "b.yaml").write_text(text, encoding="utf-8")
    assert main(["simulate", "b.yaml", "--duration", "2", "-o", "b.csv"]) == 1
    assert "B blew up after t = " in capsys.readouterr().err
    assert len((tmp_path / "b.csv").read_text(encoding="utf-8").splitlines()) > 400


def test_a_missing_number_is_told_with_its_place(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.yaml").write_text(VDP.replace("{mu: 1.0}", "{mu: {}}"), encoding="utf-8")
    assert main(["validate", "m.yaml"]) == 0
    assert main(["report", "m.yaml"]) == 0
    assert "note: m.yaml:2:14: parameters/mu" in capsys.readouterr().out
    for arguments in (
        ["simulate", "m.yaml", "--duration", "1"],
        ["export", "m.yaml", "--to", "python"],
    ):
        assert main(arguments) == 1
        error = capsys.readouterr().err
        assert "m.yaml:2:14: parameters/mu: a parameter, `mu`, has no value" in error


def test_a_closed_pipe_is_no_error(vdp):
    command = (
        f"{sys.executable} -m nullcline simulate {vdp} --duration 100 --sampling 0.001 | head -1"
    )
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert done.stdout == "t,x,z\n"
    assert done.stderr == ""


def test_the_version_is_that_of_the_package(capsys):
    from importlib.metadata import version

    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out.strip() == f"nullcline {version('nullcline')}"


@pytest.mark.parametrize(
    "arguments",
    [
        ["export", "{model}", "--to", "python", "-o", "{output}"],
        ["export", "{model}", "--to", "nullcline", "-o", "{output}"],
        ["report", "{model}", "-o", "{output}"],
        ["simulate", "{model}", "--duration", "1", "-o", "{output}"],
    ],
)
@pytest.mark.parametrize("spelling", ["same", "other", "symbolic", "hard"])
def test_the_model_file_is_never_the_output(vdp, tmp_path, capsys, arguments, spelling):
    model = "model.csv" if arguments[0] == "simulate" else vdp
    (tmp_path / model).write_text(VDP, encoding="utf-8")
    output = {"same": model, "other": f"../{tmp_path.name}/./{model}"}.get(spelling, "link.csv")
    if spelling == "symbolic":
        (tmp_path / output).symlink_to(model)
    elif spelling == "hard":
        os.link(tmp_path / model, tmp_path / output)
    assert main([part.format(model=model, output=output) for part in arguments]) == 1
    assert capsys.readouterr().err == (
        f"nullcline: {output} is the model file itself: write to another file\n"
    )
    assert (tmp_path / model).read_text(encoding="utf-8") == VDP


def test_a_picture_does_not_replace_the_model_either(vdp, tmp_path, capsys):
    (tmp_path / "vdp.svg").symlink_to(vdp)
    assert main(["simulate", vdp, "--duration", "1", "--plot", "vdp.svg"]) == 1
    assert "vdp.svg is the model file itself" in capsys.readouterr().err
    assert (tmp_path / vdp).read_text(encoding="utf-8") == VDP


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--plot", "x.gif"], "x.gif: pictures are written as .png, .svg or .pdf"),
        (["--plot", "x"], "x: pictures are written as .png, .svg or .pdf"),
        (["--plot", "no/x.png"], "no/x.png cannot be written: there is no folder "),
        (["-o", "no/x.nc"], "no/x.nc cannot be written: there is no folder "),
        (["-o", "folder.csv"], "folder.csv is a folder"),
        (["--set", "mu=1", "--set", "mu=5"], "--set gives `mu` twice: 1 and 5"),
        (["--set", "\u00b5=1", "--set", "\u03bc=5"], "--set gives `\u03bc` twice: 1 and 5"),
        (["--sampling", "0"], "0 < sampling"),
    ],
)
def test_nothing_is_simulated_that_cannot_be_written(
    vdp, tmp_path, monkeypatch, capsys, arguments, message
):
    def refused(*_):
        raise AssertionError("this was found after the simulation")

    monkeypatch.setattr("nullcline.cli.simulate.simulate", refused)
    (tmp_path / "folder.csv").mkdir()
    assert main(["simulate", vdp, "--duration", "1", *arguments]) == 1
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        *[(["--set", f"mu={bad}"], "the value must be finite") for bad in ("nan", "inf", "-inf")],
        *[
            ([f"--{name}", bad], "a tolerance must be finite and positive")
            for name in ("rtol", "atol")
            for bad in ("nan", "inf", "0", "-1")
        ],
        (["--rtol", "small"], "`small` is not a number"),
    ],
)
def test_numbers_of_the_command_line_are_finite(vdp, capsys, arguments, message):
    with pytest.raises(SystemExit) as caught:
        main(["simulate", vdp, "--duration", "1", *arguments])
    assert caught.value.code == 2
    assert message in capsys.readouterr().err.splitlines()[-1]


def _states(tmp_path, *names):
    lines = [f'  {name}: {{equation: "{k}", initial_value: 0}}\n' for k, name in enumerate(names)]
    text = "name: Námes β\nstate_variables:\n" + "".join(lines)
    (tmp_path / "names.yaml").write_text(text, encoding="utf-8")
    return ["simulate", "names.yaml", "--duration", "1", "--sampling", "0.5", "-o"]


def test_no_state_is_taken_for_the_time(tmp_path, monkeypatch):
    import xarray

    monkeypatch.chdir(tmp_path)
    for names, column, coordinate in (
        (["x"], "t", "time"),
        (["t"], "time", "time"),
        (["time"], "t", "t"),
        (["t", "time", "time_"], "time__", "time__"),
    ):
        simulation = _states(tmp_path, *names)
        assert main([*simulation, "x.csv"]) == 0
        header = (tmp_path / "x.csv").read_text(encoding="utf-8").splitlines()[0]
        assert header.split(",") == [column, *names]
        assert main([*simulation, "x.nc"]) == 0
        with xarray.open_dataset(tmp_path / "x.nc", engine="scipy") as data:
            assert list(data.coords) == [coordinate]
            assert data[coordinate].values.tolist() == [0, 0.5, 1]
            for slope, name in enumerate(names):
                assert data[name].values.tolist() == pytest.approx([0, slope / 2, slope])


def test_netcdf_holds_every_name(tmp_path, monkeypatch):
    import xarray

    monkeypatch.chdir(tmp_path)
    names = ["β", "beta", "é", "e_", "größe", "日本", "float", "float_", "x"]
    assert main([*_states(tmp_path, *names), "x.nc"]) == 0
    with xarray.open_dataset(tmp_path / "x.nc", engine="scipy") as data:
        true = {item.attrs.get("long_name", name): name for name, item in data.data_vars.items()}
        assert sorted(true) == sorted(names)
        assert all(name.isascii() for name in true.values())
        assert true["beta"] == "beta"
        assert true["β"] == "beta_"
        assert "long_name" not in data["x"].attrs
        last = [float(data[true[name]][-1]) for name in names]
        assert last == pytest.approx(range(len(names)))
        assert data.attrs["model"] == "Námes β"


def test_what_fails_while_writing_leaves_no_broken_file(vdp, tmp_path, monkeypatch, capsys):
    def broken(path, *_):
        path.write_text("half", encoding="utf-8")
        raise OSError(28, "No space left on device", str(path))

    (tmp_path / "x.nc").write_text("old", encoding="utf-8")
    monkeypatch.setattr("nullcline.cli.simulate._write_netcdf", broken)
    assert main(["simulate", vdp, "--duration", "1", "-o", "x.nc"]) == 1
    assert "No space left on device" in capsys.readouterr().err
    assert (tmp_path / "x.nc").read_text(encoding="utf-8") == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["vdp.yaml", "x.nc"]


def test_an_output_may_be_a_link_and_keeps_its_mode(vdp, tmp_path):
    (tmp_path / "real.csv").write_text("old", encoding="utf-8")
    (tmp_path / "real.csv").chmod(0o640)
    (tmp_path / "link.csv").symlink_to("real.csv")
    assert main(["simulate", vdp, "--duration", "1", "-o", "link.csv"]) == 0
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text(encoding="utf-8").startswith("t,x,z\n")
    assert (tmp_path / "real.csv").stat().st_mode & 0o777 == 0o640


def test_validate_prints_the_first_problems_of_many(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    head = "name: Many\nstate_variables:\n"
    wrong = "".join(f'  x{k}: {{equation: "nothing_{k}"}}\n' for k in range(60))
    (tmp_path / "wrong.yaml").write_text(head + wrong, encoding="utf-8")
    missing = "".join(f'  x{k}: {{equation: "-x{k}"}}\n' for k in range(51))
    (tmp_path / "missing.yaml").write_text(head + missing, encoding="utf-8")
    assert main(["validate", "wrong.yaml", "missing.yaml"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert sum("is not declared" in line for line in lines) == 50
    assert lines[50] == "wrong.yaml: and 10 more problems"
    assert sum(line.startswith("  note: missing.yaml:") for line in lines) == 50
    assert lines[-2] == "  note: and 1 more note"


def test_an_html_report_without_its_package_is_told(vdp, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "latex2mathml.converter", None)
    monkeypatch.setitem(sys.modules, "latex2mathml", None)
    assert main(["report", vdp, "--format", "html"]) == 1
    assert capsys.readouterr().err == (
        "nullcline: an HTML report needs the package latex2mathml, which is not installed:"
        " pip install 'nullcline[html]'\n"
    )
