/* What the pages are put together from: buttons, rows, signs, the lines around the map. */
(function () {
  const make = KG.make;

  /* A choice that a pointer, the keyboard and a screen reader can make. */
  KG.choice = function (className, choose, ...content) {
    const button = make("button", { type: "button", class: className }, ...content);
    button.addEventListener("click", () => choose(button));
    return button;
  };

  KG.closer = function (close) {
    const button = KG.choice("kg-close", close, "×");
    button.setAttribute("aria-label", KG.text("close"));
    return button;
  };

  KG.row = function (head, ...cells) {
    return make("tr", {}, make("th", { scope: "row" }, head), ...cells.map((text) => make("td", {}, text)));
  };

  KG.headRow = function (...texts) {
    return make("thead", {}, make("tr", {}, ...texts.map((text) => (text ? make("th", { scope: "col" }, text) : make("td", {})))));
  };

  KG.mark = function (name) {
    return make("span", { class: "kg-mark kg-mark-" + name, "aria-hidden": "true" });
  };

  KG.legendRow = function (mark, text) {
    return make("div", { class: "kg-legend-row" }, KG.mark(mark), make("span", {}, text));
  };

  KG.legendToggle = function (name, mark, on, apply) {
    const box = make("input", { type: "checkbox", id: "kg-show-" + name });
    const line = make("label", { class: "kg-legend-row kg-toggle" }, box, KG.mark(mark), make("span", {}, KG.text("layer_" + name)));
    const tell = () => { line.classList.toggle("kg-unticked", !box.checked); };
    box.checked = on;
    tell();
    box.addEventListener("change", function () {
      tell();
      apply(box.checked);
    });
    return line;
  };

  /* The four looks of a council's coverage; shown with the layer they explain. */
  KG.councilKey = function (className, on) {
    const key = make("div", { id: "kg-councils-key", class: className },
      ...["established", "preparing", "none", "not_confirmed"].map((status) => KG.legendRow("council-" + status, KG.text("council_" + status))));
    key.hidden = !on;
    return key;
  };

  function oneLine(text, between) {
    return text.replace(/\s*\n\s*/g, between);
  }

  KG.fillSource = function (tiles) {
    const notes = KG.data.notes;
    const parts = [
      notes.made && KG.text("made", { d: notes.made }), notes.proof,
      notes.attribution && KG.text("source") + ": " + oneLine(notes.attribution, " / "), tiles && KG.text("tiles_source"), "Leaflet 1.9",
    ];
    KG.id("source").textContent = parts.filter(Boolean).join(" · ");
  };

  KG.fillTexts = function () {
    const notes = KG.data.notes;
    document.querySelectorAll("[data-text]").forEach((element) => { element.textContent = KG.text(element.dataset.text); });
    KG.id("title").textContent = KG.data.title;
    const said = [notes.proposal ? KG.text("proposal_only") : "", notes.notice, notes.audience];
    KG.id("notice").textContent = oneLine(said.filter(Boolean).join(" "), " ");
    KG.fillSource(false);
  };

  /* The choice of a former school district; nothing to choose where there is one. */
  KG.fillDistricts = function (choose) {
    const select = KG.id("district");
    const districts = KG.data.districts || [];
    KG.id("district-field").hidden = districts.length < 2;
    select.append(make("option", { value: "" }, KG.text("whole_city")));
    districts.map((item, number) => [item.name, number]).sort((a, b) => a[0].localeCompare(b[0], "ja"))
      .forEach(([name, number]) => { select.append(make("option", { value: String(number) }, name)); });
    select.addEventListener("change", () => choose(select.value === "" ? null : Number(select.value)));
  };

  KG.addControls = function (map, role, name) {
    L.control.zoom({ position: "topleft", zoomInTitle: KG.text("zoom_in"), zoomOutTitle: KG.text("zoom_out") }).addTo(map);
    L.control.scale({ position: "bottomright", imperial: false, maxWidth: 120 }).addTo(map);
    map.getContainer().setAttribute("role", role);
    map.getContainer().setAttribute("aria-label", name);
  };
})();
