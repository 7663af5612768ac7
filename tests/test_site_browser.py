"""The site in a headless Chromium: search, filters, keys, colours, and nothing asked of anybody."""

from __future__ import annotations

import json
import time
from contextlib import suppress

import browser as chromium
import pytest
from sites import DECAY, DISCRETE, LORENZ, VDP, hostile, write

pytest.importorskip("matplotlib")
pytest.importorskip("latex2mathml")

from nullcline import Dynamics
from nullcline.datamodel import ConformanceRun, Verdict
from nullcline.site import build

PATH = chromium.find()
pytestmark = pytest.mark.skipif(PATH is None, reason="no Chromium is on this machine")

SHOWN = "[...document.querySelectorAll('#models > li:not([hidden]) h2')].map(h => h.textContent)"
COUNT = "document.getElementById('count').textContent"
ALL = ["Decay", "Logistic map", "Rössler's neighbour", "Van der Pol oscillator"]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    root = tmp_path_factory.mktemp("site")
    files = write(
        root / "models",
        vdp=VDP,
        decay=DECAY,
        lorenz=LORENZ,
        map=DISCRETE,
        bad="- 1",
        evil=hostile(),
    )
    text = Dynamics.from_yaml(VDP).render_code("python")
    said = Verdict("vdp.yaml", "VdP", "python", "conforms", exported_text=text)
    build(files, root / "site", verdicts=ConformanceRun(verdicts=[said]), jobs=1)
    return root / "site"


@pytest.fixture(scope="module")
def tab():
    with chromium.Browser(PATH) as found:
        yield found


@pytest.fixture
def index(tab, site):
    tab.look()
    tab.open(site / "index.html")
    return tab


def shown(tab):
    """The models that are listed, but for the stranger's, whose name is long."""
    return [name for name in tab.run(SHOWN) if not name.startswith("L <")]


def choose(tab, name, value):
    tab.run(
        f"(() => {{ const chosen = document.getElementById({json.dumps(name)}); "
        f"chosen.value = {json.dumps(value)}; "
        "chosen.dispatchEvent(new Event('input', {bubbles: true})); })()"
    )


def test_everything_is_listed_at_first(index):
    assert shown(index) == ALL
    assert index.run(COUNT) == "5 models"
    assert index.run("document.getElementById('clear').disabled")


def test_a_search_is_typed(index):
    index.run("document.getElementById('q').focus()")
    index.type("rossler")
    assert shown(index) == ["Rössler's neighbour"]
    assert index.run(COUNT) == "1 of 5 models"
    assert index.run("location.hash") == "#q=rossler"
    for _ in "rossler":
        index.key("Backspace", 8)
    assert shown(index) == ALL
    assert index.run("location.hash") == ""


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("damping VDP", ["Van der Pol oscillator"]),
        ("1926", ["Van der Pol oscillator"]),
        ("lorenz.yaml", ["Rössler's neighbour"]),
        ("chebi_24431", ["Decay"]),
        ("relaxation lorenz", []),
        ("   ", ALL),
    ],
)
def test_what_a_search_finds(index, words, found):
    choose(index, "q", words)
    assert shown(index) == found


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("kind", "generic", ["Van der Pol oscillator"]),
        ("unit", "mV", ["Van der Pol oscillator"]),
        ("unit", "s", ["Decay"]),
        ("term", "GO:0008150", ["Decay"]),
        ("from", "2", ["Rössler's neighbour", "Van der Pol oscillator"]),
        ("to", "2", ["Decay", "Logistic map", "Van der Pol oscillator"]),
        ("in.python", "conforms", ["Van der Pol oscillator"]),
        ("in.python", "not checked", ["Decay", "Rössler's neighbour"]),
        ("in.python", "unsupported", ["Logistic map"]),
    ],
)
def test_each_filter(index, name, value, found):
    choose(index, name, value)
    assert shown(index) == found


def test_filters_hold_together_and_are_cleared_together(index):
    choose(index, "from", "2")
    choose(index, "to", "2")
    assert shown(index) == ["Van der Pol oscillator"]
    choose(index, "kind", "generic")
    assert index.run(COUNT) == "1 of 5 models"
    choose(index, "unit", "s")
    assert shown(index) == []
    assert index.run(COUNT).startswith("0 of 5 models")
    index.run("document.getElementById('clear').click()")
    assert shown(index) == ALL
    assert index.run("document.activeElement.id") == "q"


def test_a_link_to_a_choice_can_be_shared(tab, site):
    tab.look()
    address = (site / "index.html").resolve().as_uri()
    tab.open(f"{address}#q=oscill&from=2&unit=mV")
    assert shown(tab) == ["Van der Pol oscillator"]
    values = "['q', 'from', 'unit'].map(name => document.getElementById(name).value)"
    assert tab.run(values) == ["oscill", "2", "mV"]
    tab.run("location.hash = '#unit=s'")
    tab.run("new Promise(done => setTimeout(done, 100))")
    assert shown(tab) == ["Decay"]


@pytest.mark.parametrize(
    "fragment",
    [
        "#%",
        "#unit=nowhere",
        "#q=%F0%9F",
        "#from=abc&to=-1e999",
        "#models",
        "#__proto__=1&in.python=x",
    ],
)
def test_odd_fragments_hide_nothing_that_is_asked_for(tab, site, fragment):
    tab.look()
    tab.open((site / "index.html").resolve().as_uri() + fragment)
    assert tab.complaints() == []
    assert tab.run("document.getElementById('filters').hidden") is False
    assert "model" in tab.run(COUNT)


def test_the_way_to_a_model_and_back_by_keys_alone(index):
    index.tab()
    assert index.run("document.activeElement.className") == "skip"
    index.enter()
    index.tab()
    assert index.run("document.activeElement.id") == "q"
    index.type("damping")
    for _ in range(30):
        index.tab()
        if index.run("document.activeElement.textContent") == "Van der Pol oscillator":
            break
    outline = "getComputedStyle(document.activeElement.closest('li')).outlineStyle"
    assert index.run(outline) == "solid"
    index.enter()
    index.run("new Promise(done => setTimeout(done, 100))")
    index.settle()
    assert index.run("document.title").startswith("Van der Pol oscillator")
    index.tab()
    index.tab()
    index.enter()
    index.run("new Promise(done => setTimeout(done, 100))")
    index.settle()
    assert index.run("document.querySelectorAll('#models > li').length") == 5


def test_every_stop_of_the_focus_is_seen(index, site):
    for page in (site / "index.html", site / "models" / "vdp" / "index.html"):
        index.open(page)
        index.tab()
        for _ in range(12):
            index.tab()
            code = (
                "(() => { const e = document.activeElement, li = e.closest('.cards > li') || e;"
                " return [e, li].some(x => getComputedStyle(x).outlineStyle !== 'none'); })()"
            )
            assert index.run(code), index.run("document.activeElement.outerHTML")


def test_the_equations_are_drawn(tab, site):
    tab.look()
    tab.open(site / "models" / "vdp" / "index.html")
    boxes = tab.run(
        "[...document.querySelectorAll('math')].map(m => m.getBoundingClientRect())"
        ".map(b => [b.width, b.height])"
    )
    assert len(boxes) >= 2
    assert all(width > 5 and height > 5 for width, height in boxes)
    assert tab.run("document.querySelector('mfrac') !== null")
    pictures = (
        "[...document.querySelectorAll('figure svg')].map(s => s.getBoundingClientRect().height)"
    )
    assert all(height > 100 for height in tab.run(pictures))


def test_without_scripts_every_model_is_listed_and_no_dead_control_shown(tab, site):
    tab.look(scripts=False)
    tab.heard.clear()
    asked = tab.send("Page.navigate", url=(site / "index.html").resolve().as_uri())
    while tab.wait("Page.frameNavigated")["params"]["frame"]["loaderId"] != asked["loaderId"]:
        pass  # that was the page before
    tab.wait("Page.loadEventFired")
    found = []
    for _ in range(100):
        with suppress(AssertionError):  # nodes are numbered anew when a page has come
            root = tab.send("DOM.getDocument", depth=-1)["root"]
            asked = {"nodeId": root["nodeId"], "selector": "#models > li h2 a"}
            found = tab.send("DOM.querySelectorAll", **asked)["nodeIds"]
        if len(found) == 5:
            break
        time.sleep(0.1)
    assert len(found) == 5
    form = tab.send("DOM.querySelector", nodeId=root["nodeId"], selector="#filters")["nodeId"]
    with pytest.raises(AssertionError, match="box model"):
        tab.send("DOM.getBoxModel", nodeId=form)
    tab.look()


def pages(site):
    return sorted(site.rglob("*.html"))


def test_nothing_is_asked_of_the_network_and_nothing_complained_of(tab, site):
    tab.look()
    for page in pages(site):
        tab.open(page)
        assert tab.complaints() == [], page
        assert tab.requests() == [page.resolve().as_uri()]
        assert tab.run("window.alert.toString().includes('native')")


def test_a_policy_that_is_broken_is_complained_of(tab, site, tmp_path):
    """So that the test above is known to be able to fail."""
    text = (site / "index.html").read_text(encoding="utf-8")
    spoiled = tmp_path / "spoiled.html"
    more = "<script>alert(1)</script><img src='https://example.org/x.png'><p style='color:red'>"
    spoiled.write_text(text.replace("</main>", f"{more}</main>"), encoding="utf-8")
    tab.look()
    tab.open(spoiled)
    assert len(tab.complaints()) >= 3


def test_nothing_is_wider_than_a_phone(tab, site):
    tab.look(width=360, height=740)
    for page in pages(site):
        tab.open(page)
        assert tab.run("document.documentElement.scrollWidth") <= 360, page


CONTRAST = """
(() => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
  const read = colour => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = element => {
    for (let e = element; e; e = e.parentElement) {
      const colour = read(getComputedStyle(e).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255];
  };
  document.querySelectorAll('details').forEach(d => d.open = true);
  const bad = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let seen = 0;
  for (let node; node = walker.nextNode();) {
    const e = node.parentElement, style = getComputedStyle(e);
    if (!node.data.trim() || e.closest('script, style, [hidden], :disabled')) continue;
    seen += 1;
    const ink = read(e.closest('svg') ? style.fill : style.color);
    const pair = [light(ink), light(behind(e))].sort((a, b) => a - b);
    const ratio = (pair[1] + 0.05) / (pair[0] + 0.05);
    if (ratio < 4.5) bad.push([node.data.slice(0, 30), ratio]);
  }
  return [seen, bad];
})()
"""


@pytest.mark.parametrize("dark", [False, True])
def test_every_text_stands_out(tab, site, dark):
    tab.look(dark=dark)
    backgrounds = set()
    for page in pages(site):
        tab.open(page)
        seen, bad = tab.run(CONTRAST)
        assert seen > 20
        assert bad == [], page
        backgrounds.add(tab.run("getComputedStyle(document.body).backgroundColor"))
    assert backgrounds == ({"rgb(15, 19, 24)"} if dark else {"rgb(255, 255, 255)"})


FAULTS = """
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const named = e => e.getAttribute('aria-label') || e.textContent.trim() || e.title ||
    (e.labels && [...e.labels].map(l => l.textContent).join('')) ||
    (document.getElementById(e.getAttribute('aria-labelledby')) || {}).textContent;
  const bad = [];
  const levels = all('h1, h2, h3, h4').map(h => Number(h.tagName[1]));
  if (levels.filter(n => n === 1).length !== 1 || levels[0] !== 1) bad.push('h1');
  if (levels.some((n, i) => i && n > levels[i - 1] + 1)) bad.push('a level is left out');
  if (document.documentElement.lang !== 'en' || !document.title) bad.push('lang, title');
  if (all('main').length !== 1) bad.push('main');
  all('nav, section, form, [role=region], a, button, summary, select, input').forEach(e => {
    if (!named(e)) bad.push('no name: ' + e.outerHTML.slice(0, 80));
  });
  all('svg').forEach(e => {
    const spoken = e.getAttribute('role') === 'img' && e.getAttribute('aria-label').length > 20;
    if (!spoken && e.getAttribute('aria-hidden') !== 'true') bad.push('a picture without words');
  });
  all('th').forEach(e => { if (!e.scope) bad.push('th without scope'); });
  all('ul, ol').forEach(e => {
    if ([...e.children].some(c => c.tagName !== 'LI')) bad.push('a list of other things');
  });
  const stray = all('body > :not(header, main, footer, script, a.skip)');
  if (stray.length) bad.push('outside of every landmark: ' + stray[0].outerHTML.slice(0, 80));
  if (all('[tabindex]').some(e => e.tabIndex > 0)) bad.push('tabindex');
  return bad;
})()
"""


def test_people_who_hear_a_page_find_their_way(tab, site):
    tab.look()
    for page in pages(site):
        tab.open(page)
        assert tab.run(FAULTS) == [], page
    tab.open(site / "index.html")
    assert tab.run("document.getElementById('count').getAttribute('role')") == "status"


def test_a_stranger_runs_nothing(tab, site):
    tab.look()
    tab.open(site / "models" / "evil" / "index.html")
    assert tab.run("document.querySelector('h1').textContent").startswith("L </script>")
    assert not any(said["method"] == "Page.javascriptDialogOpening" for said in tab.heard)
