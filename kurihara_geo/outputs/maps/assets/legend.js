/* One box for both: what the signs mean, and which layers are shown. */
(function () {
  const make = KG.make;
  const LAYERS = ["districts", "councils", "halls", "schools", "barriers", "barred", "links"];
  const on = { councils: false, tiles: false };

  function row(mark, text) {
    return make("div", { class: "kg-legend-row" }, make("span", { class: "kg-mark kg-mark-" + mark, "aria-hidden": "true" }), make("span", {}, text));
  }

  function toggle(name, mark, apply) {
    const box = make("input", { type: "checkbox", id: "kg-show-" + name });
    box.checked = on[name] !== false;
    box.addEventListener("change", function () {
      on[name] = box.checked;
      line.classList.toggle("kg-unticked", !box.checked);
      apply(box.checked);
    });
    const line = make("label", { class: "kg-legend-row kg-toggle" + (box.checked ? "" : " kg-unticked") }, box,
      make("span", { class: "kg-mark kg-mark-" + mark, "aria-hidden": "true" }), make("span", {}, KG.text("layer_" + name)));
    return line;
  }

  function showGroup(name) {
    return function (shown) {
      if (shown) { KG.group(name).addTo(KG.map); } else { KG.group(name).remove(); }
      KG.startSignKeys();
      if (name === "councils") { KG.id("councils-key").hidden = !shown; }
    };
  }

  let tiles = null;
  function showTiles(shown) {
    const note = KG.id("tiles-note");
    if (!tiles) {
      tiles = L.tileLayer(KG.data.tiles, { minZoom: 5, maxZoom: 18, maxNativeZoom: 18 });
      tiles.on("tileerror", function () { note.textContent = KG.text("tiles_failed"); note.hidden = false; });
      tiles.on("tileload", function () { note.hidden = true; });
    }
    if (shown) { tiles.addTo(KG.map); } else { tiles.remove(); note.hidden = true; }
    document.body.classList.toggle("kg-with-tiles", shown);
    KG.fillSource(shown);
  }

  function signs() {
    const below = row("below", KG.text("legend_below"));
    const empty = KG.data.uninhabited.length ? [row("uninhabited", KG.text("legend_uninhabited"))] : [];
    if (KG.state === "before") { return [row("unchanged", KG.text("legend_today")), below, ...empty]; }
    const left = KG.data.groups.some((group) => group.status === "below_floor");
    return [row("merged-two", KG.text("legend_merged")), row("unchanged", KG.text("legend_unchanged")),
      ...(left ? [below] : []), ...empty, row("new", KG.text("legend_new")), row("old", KG.text("legend_old")),
      ...(KG.paper ? [row("no", KG.text("legend_number"))] : [])];
  }

  function councilKey() {
    const key = make("div", { id: "kg-councils-key", class: "kg-key" });
    for (const status of ["established", "preparing", "none", "not_confirmed"]) {
      key.append(row("council-" + status, KG.text("council_" + status)));
    }
    key.hidden = !on.councils;
    return key;
  }

  KG.fillLegend = function () {
    const rows = [make("div", {}, ...signs())];
    const layers = make("fieldset", {}, make("legend", {}, KG.text("overlays")), toggle("labels", "labels", KG.showLabels));
    for (const name of LAYERS) {
      if (KG.group(name)) { layers.append(toggle(name, name, showGroup(name))); }
      if (name === "councils" && KG.group(name)) { layers.append(councilKey()); }
    }
    if (KG.data.tiles) { layers.append(toggle("tiles", "tiles", showTiles)); }
    KG.id("legend-rows").replaceChildren(...rows, layers);
  };
})();
