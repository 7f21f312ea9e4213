/* One box for both: what the signs mean, and which layers are shown. */
(function () {
  const make = KG.make;
  const LAYERS = ["districts", "councils", "halls", "schools", "barriers", "barred", "links"];
  const on = { councils: false, tiles: false };

  const row = KG.legendRow;

  function toggle(name, mark, apply) {
    const line = KG.legendToggle(name, mark, on[name] !== false, function (ticked) {
      on[name] = ticked;
      apply(ticked);
    });
    if (["halls", "schools"].includes(name) && KG.manySigns() && !KG.paper) { line.lastChild.append(make("small", {}, " " + KG.text("from_near"))); }
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
    KG.id("tiles-source").hidden = !shown;
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

  KG.fillLegend = function () {
    const rows = [make("div", {}, ...signs())];
    const layers = make("fieldset", {}, make("legend", {}, KG.text("overlays")), toggle("labels", "labels", KG.showLabels));
    for (const name of LAYERS) {
      if (KG.group(name)) { layers.append(toggle(name, name, showGroup(name))); }
      if (name === "councils" && KG.group(name)) { layers.append(KG.councilKey("kg-key", on.councils)); }
    }
    if (KG.data.tiles) { layers.append(toggle("tiles", "tiles", showTiles)); }
    KG.id("legend-rows").replaceChildren(...rows, layers);
  };
})();
