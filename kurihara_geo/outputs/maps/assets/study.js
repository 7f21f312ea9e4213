/* A map of one question: areas and lines that can be chosen, a list, and a table that says the same. */
(function () {
  const data = KG.data;
  const make = KG.make;
  const shapes = [];
  let chosen = [];
  let named = true;

  KG.shapes = shapes;

  function add(thing, number) {
    const quiet = thing.look === "quiet";
    const look = "kg-study kg-look-" + thing.look;
    const shape = thing.line ? KG.line(thing.shape, look, "borders", false) : KG.area(thing.shape, look, true);
    shape.on("add", function () {
      shape.getElement().dataset.thing = number;
      shape.getElement().setAttribute("aria-hidden", "true");
    });
    if (!thing.line) { shape.on("click", () => KG.choose([number])); }
    shapes.push(shape);
    shape.addTo(KG.map);
    if (thing.line && !quiet) {
      KG.line(thing.shape, "kg-grip", "borders", true).on("click", () => KG.choose([number])).addTo(KG.map);
    }
  }

  function mark(numbers) {
    chosen.forEach((line) => line.remove());
    chosen = [];
    for (const number of numbers) {
      const points = shapes[number].getLatLngs();
      const draw = data.things[number].line ? L.polyline : L.polygon;
      for (const name of ["kg-chosen-halo", "kg-chosen"]) {
        chosen.push(draw(points, { pane: "highlight", interactive: false, smoothFactor: 0, className: name }).addTo(KG.map));
      }
    }
  }

  KG.factRows = function (facts) {
    return make("dl", {}, ...facts.flatMap(([label, text]) => [make("dt", {}, label), make("dd", {}, text)]));
  };

  function detail(numbers, text) {
    const box = KG.id("detail");
    box.hidden = !numbers.length;
    if (!numbers.length) { return box.replaceChildren(); }
    const close = KG.closer(() => KG.choose([]));
    box.replaceChildren(close, ...(text ? [make("p", {}, text)] : []), ...numbers.flatMap(function (number) {
      const thing = data.things[number];
      return [make("h2", {}, thing.title), KG.factRows(thing.facts)];
    }));
  }

  /* Choose things by number, and go there if asked; nothing: as at the start. */
  KG.choose = function (numbers, go, text) {
    mark(numbers);
    detail(numbers, text);
    if (go && numbers.length) {
      const bounds = L.latLngBounds(numbers.map((number) => shapes[number].getBounds()));
      KG.map.fitBounds(bounds, { animate: false, padding: [50, 50], maxZoom: 15 });
      if (KG.isNarrow()) { KG.id("stage").scrollIntoView(); }
    }
  };

  function entryRow(entry) {
    const number = entry.number ? [make("span", { class: "kg-number-disc" }, entry.number)] : [];
    const words = make("span", { class: "kg-study-words" }, make("strong", {}, entry.title), make("small", {}, entry.text));
    if (!entry.things.length) { return make("li", {}, make("div", { class: "kg-study-entry" }, ...number, KG.mark(entry.mark), words)); }
    return make("li", {}, KG.choice("kg-study-entry", () => KG.choose(entry.things, true, entry.text), ...number, KG.mark(entry.mark), words));
  }

  KG.fillEntries = function (title, entries) {
    KG.id("entries-title").textContent = title;
    KG.id("entries-none").hidden = entries.length > 0;
    KG.id("entries").replaceChildren(...entries.map(entryRow));
  };

  function table([head, rows]) {
    return make("table", {}, KG.headRow(...head), make("tbody", {}, ...rows.map(([first, ...cells]) => KG.row(first, ...cells))));
  }

  KG.placeLabels = function () {
    KG.placeTexts(KG.map, data.labels.filter((item) => named || item.number));
  };

  KG.showAll = function () {
    const areas = shapes.filter((shape, number) => !data.things[number].line && data.things[number].shape.length);
    KG.map.fitBounds(L.latLngBounds(areas.map((shape) => shape.getBounds())), { animate: false, padding: [16, 16] });
  };

  KG.startStudy = function () {
    KG.fillTexts();
    KG.dressMap(KG.map, KG.text("map"));
    data.things.forEach(add);
    KG.id("lead").replaceChildren(...data.lead.map((text) => make("p", {}, text)));
    if (data.figures) { KG.id("figures").replaceChildren(table(data.figures)); }
    KG.fillEntries(data.entries_title, data.entries);
    const names = KG.legendToggle("labels", "names", true, function (on) {
      named = on;
      KG.placeLabels();
    });
    KG.id("signs").replaceChildren(...data.legend.map(([sign, text]) => KG.legendRow(sign, text)), names);
    KG.id("all").addEventListener("toggle", () => KG.id("all-rows").replaceChildren(table(data.table)));
    KG.id("legend").open = !KG.isNarrow();
    KG.map.on("moveend viewreset", KG.placeLabels);
  };
})();
