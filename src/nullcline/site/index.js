"use strict";
(() => {
  const form = document.getElementById("filters");
  const cards = [...document.getElementById("models").children];
  const more = document.getElementById("more");
  const count = document.getElementById("count");
  const fold = (text) =>
    text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const models = JSON.parse(document.getElementById("data").textContent);
  const texts = models.map((model) => fold(model.text));
  const controls = [...form.elements].filter((control) => control.name);

  const tests = {
    q: (model, value, index) =>
      fold(value).split(/\s+/).every((word) => texts[index].includes(word)),
    kind: (model, value) => model.kind === value,
    unit: (model, value) => model.units.includes(value),
    term: (model, value) => model.terms.includes(value),
    from: (model, value) => model.states >= Number(value),
    to: (model, value) => model.states <= Number(value),
  };
  const test = (name) =>
    tests[name] || ((model, value) => (model.in[name.slice(3)] || "not checked") === value);

  const wanted = () =>
    controls.map((control) => [control.name, control.value.trim()]).filter((pair) => pair[1]);

  const show = () => {
    const asked = wanted();
    let shown = 0;
    models.forEach((model, index) => {
      const fits = asked.every(([name, value]) => test(name)(model, value, index));
      cards[index].hidden = !fits;
      shown += fits;
    });
    const all = models.length + (models.length === 1 ? " model" : " models");
    const text = asked.length ? `${shown} of ${all}` : all;
    if (count.textContent !== text) count.textContent = text;
    document.getElementById("clear").disabled = !asked.length;
  };

  const remember = () => {
    const text = new URLSearchParams(wanted()).toString();
    if (location.hash.slice(1) === text) return;
    history.replaceState(null, "", text ? "#" + text : location.pathname + location.search);
  };

  const recall = () => {
    const given = new URLSearchParams(location.hash.slice(1));
    if (location.hash.length > 1 && !controls.some((control) => given.has(control.name))) return;
    controls.forEach((control) => {
      const value = given.get(control.name) || "";
      control.value = value;
      if (control.value !== value) control.value = "";
    });
    if (wanted().some(([name]) => name !== "q")) more.open = true;
    show();
  };

  form.addEventListener("input", () => { show(); remember(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    controls.forEach((control) => { control.value = ""; });
    show();
    remember();
    form.elements.q.focus();
  });
  addEventListener("hashchange", recall);
  more.open = matchMedia("(min-width: 40rem)").matches;
  form.hidden = false;
  show();
  recall();
})();
