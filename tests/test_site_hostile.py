"""A site of strangers' files: no text of theirs becomes part of a page, an address or a program."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sites import EVIL, Reader, hostile, write

from nullcline import Dynamics
from nullcline.report.page import clean
from nullcline.site.citation import bibtex
from nullcline.site.markup import Markup, data, el, link

pytest.importorskip("matplotlib")
pytest.importorskip("latex2mathml")

from nullcline.site import build


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("hostile")
    files = write(root / "models", hostile=hostile())
    name = root / "models" / "<img src=x onerror=alert(1)>&quot;.yaml"
    name.write_text("- <script>alert(1)</script>: &x", encoding="utf-8")
    report = build([*files, (name, name.name)], root / "site", title=EVIL, jobs=1)
    assert report.models == 1
    return root / "site"


def pages(folder):
    return {path: Reader(path.read_text(encoding="utf-8")) for path in folder.rglob("*.html")}


def test_no_text_becomes_an_element_or_an_attribute(folder):
    for path, page in pages(folder).items():
        tags = {tag for tag, _ in page.elements}
        assert tags.isdisjoint(
            {"img", "iframe", "object", "embed", "base", "foreignobject", "form2"}
        )
        for tag, attributes in page.elements:
            assert not any(name.startswith("on") or name == "style" for name in attributes), path
            assert tag != "b"
        kinds = [attributes.get("type") for attributes, _ in page.scripts]
        expected = [None] if path.parent == folder else []
        own = [kind for kind in kinds if kind not in ("application/json", "application/ld+json")]
        assert own == expected


def test_links_lead_to_pages_and_to_http_alone(folder):
    for page in pages(folder).values():
        for attributes in page.all("a"):
            address = attributes["href"]
            assert re.match(r"https?://|#[a-z-]+$|[a-z0-9_./-]+$", address), address
            assert "javascript:" not in address.partition("?")[0].partition("doi.org")[0]


def test_the_texts_are_all_there_to_be_read(folder):
    page = pages(folder)[folder / "models" / "hostile" / "index.html"]
    assert page.text.count(clean(EVIL)) >= 5
    index = pages(folder)[folder / "index.html"]
    assert clean("L " + EVIL) in index.text
    assert "<img src=x onerror=alert(1)>&quot;.yaml" in index.text


def test_the_data_are_what_was_said(folder):
    text = (folder / "models" / "hostile" / "index.html").read_text(encoding="utf-8")
    about, own = (json.loads(inside) for _, inside in Reader(text).scripts)
    assert about["name"] == clean("L " + EVIL)
    assert own["name"] == "A " + EVIL
    assert "sameAs" not in about


def test_pictures_are_xml_without_scripts_and_styles(folder):
    found = list(folder.rglob("*.svg"))
    assert found
    for path in found:
        root = ElementTree.parse(path).getroot()
        for element in root.iter():
            name = element.tag.rpartition("}")[2]
            assert name not in ("script", "foreignObject", "image", "a"), path
            assert "style" not in element.attrib
            assert not any(key.startswith("on") for key in element.attrib)
            reference = element.get("{http://www.w3.org/1999/xlink}href", "#")
            assert reference.startswith("#")


def test_files_have_tame_names(folder):
    for path in folder.rglob("*"):
        assert re.fullmatch(r"[A-Za-z0-9_.-]+", path.name), path


words = st.text(max_size=30) | st.sampled_from([EVIL, "</script>", "<!--", "]]>", "javascript:x"])


@given(words, words)
def test_an_element_holds_its_texts(text, value):
    page = Reader(f"<p>{el('i', text, title=value)}</p>")
    assert [tag for tag, _ in page.elements] == ["p", "i"]
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    if "\r" not in text and "\0" not in text:
        assert "".join(page.words) == plain
    if "\r" not in value and "\0" not in value:
        assert page.elements[1][1]["title"] == value


@given(
    st.recursive(words, lambda s: st.lists(s, max_size=3) | st.dictionaries(words, s, max_size=3))
)
def test_data_in_a_page_are_data(value):
    page = Reader(f"<p>{data(value, 'application/json')}</p>")
    assert [tag for tag, _ in page.elements] == ["p", "script"]
    assert json.loads(page.scripts[0][1]) == value


@pytest.mark.parametrize(
    "address",
    ["javascript:x", "JAVASCRIPT:x", " javascript:x", "data:x", "//x", "file:///x", "\tx"],
)
def test_other_addresses_lead_nowhere(address):
    assert Reader(link("words", address)).all("a") == []


def test_markup_is_not_escaped_twice():
    assert el("p", Markup("<b>"), "<b>") == "<p><b>&lt;b&gt;</p>"


names = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=20)


@given(names.filter(str.strip), names, names)
def test_no_brace_of_a_name_ends_a_field_of_bibtex(name, title, url):
    model = Dynamics("m")
    model.name, model.label = name, title
    reference = {"title": title, "authors": [name], "url": url, "key": name, "doi": "10.1/" + url}
    model.references = Dynamics(name="m", references=[reference, reference]).references
    text = re.sub(r"\\[&%$#_{}]", "", bibtex(model))
    depth = 0
    for sign in text:
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    assert depth == 0
    keys = re.findall(r"^@\w+\{([^,]*),$", text, re.MULTILINE)
    assert len(keys) == len(set(keys)) == 3
