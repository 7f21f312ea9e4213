/* Shapes from whole numbers: millionths of a degree, each point as its step from the one before. */
(function () {
  const PANES = { areas: 400, councils: 410, districts: 420, barriers: 430, borders: 440, differences: 445, highlight: 450, halls: 455, labels: 460 };

  KG.points = function (steps) {
    const points = [];
    let lat = 0;
    let lng = 0;
    for (let place = 0; place < steps.length; place += 2) {
      lat += steps[place];
      lng += steps[place + 1];
      points.push([lat / 1e6, lng / 1e6]);
    }
    return points;
  };

  KG.parts = function (parts) {
    return parts.map(KG.points);
  };

  KG.dressMap = function (map, name) {
    for (const [pane, height] of Object.entries(PANES)) {
      const element = map.createPane(pane);
      element.style.zIndex = height;
      if (pane !== "areas" && pane !== "borders") { element.style.pointerEvents = "none"; }
    }
    L.control.zoom({ position: "topleft", zoomInTitle: KG.text("zoom_in"), zoomOutTitle: KG.text("zoom_out") }).addTo(map);
    L.control.scale({ position: "bottomright", imperial: false, maxWidth: 120 }).addTo(map);
    map.getContainer().setAttribute("role", "region");
    map.getContainer().setAttribute("aria-label", name);
  };

  KG.area = function (rings, className, clicked) {
    return L.polygon(KG.parts(rings), { pane: "areas", className: className, smoothFactor: 0, interactive: clicked });
  };

  KG.line = function (parts, className, pane, clicked) {
    return L.polyline(KG.parts(parts), { pane: pane, className: className, smoothFactor: 0, interactive: Boolean(clicked) });
  };

  /* A choice that a pointer, the keyboard and a screen reader can make. */
  KG.choice = function (className, choose, ...content) {
    const button = KG.make("button", { type: "button", class: className }, ...content);
    button.addEventListener("click", () => choose(button));
    return button;
  };

  KG.mark = function (name) {
    return KG.make("span", { class: "kg-mark kg-mark-" + name, "aria-hidden": "true" });
  };

  KG.legendRow = function (mark, text) {
    return KG.make("div", { class: "kg-legend-row" }, KG.mark(mark), KG.make("span", {}, text));
  };

  KG.legendToggle = function (name, mark, on, apply) {
    const box = KG.make("input", { type: "checkbox", id: "kg-show-" + name });
    box.checked = on;
    box.addEventListener("change", () => apply(box.checked));
    return KG.make("label", { class: "kg-legend-row kg-toggle" }, box, KG.mark(mark), KG.make("span", {}, KG.text("layer_" + name)));
  };

  KG.cell = function (tag, text, attributes) {
    return KG.make(tag, attributes || {}, text);
  };

  KG.row = function (head, ...cells) {
    return KG.make("tr", {}, KG.cell("th", head, { scope: "row" }), ...cells.map((text) => KG.cell("td", text)));
  };

  KG.headRow = function (...texts) {
    return KG.make("thead", {}, KG.make("tr", {}, ...texts.map((text) => KG.cell("th", text, { scope: "col" }))));
  };

  KG.fillTexts = function () {
    document.querySelectorAll("[data-text]").forEach((element) => { element.textContent = KG.text(element.dataset.text); });
    KG.id("title").textContent = KG.data.title;
    const notes = KG.data.notes;
    const said = [notes.proposal ? KG.text("proposal_only") : "", notes.notice, notes.audience];
    KG.id("notice").textContent = said.filter(Boolean).join(" ").replace(/\s*\n\s*/g, " ");
    const source = notes.attribution && KG.text("source") + ": " + notes.attribution.replace(/\s*\n\s*/g, " / ");
    KG.id("source").textContent = [notes.made && KG.text("made", { d: notes.made }), source, "Leaflet 1.9"].filter(Boolean).join(" · ");
  };
})();
