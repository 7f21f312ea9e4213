/* The two sides: areas in the colours of their groups, borders, and the layers both share. */
(function () {
  const maps = window.sideMaps;
  const shown = { differences: true, labels: true, districts: true, councils: false, halls: false, barriers: true };
  const layers = [{}, {}];
  const cells = [[], []];
  let chosen = [];
  let busy = false;

  KG.maps = maps;
  KG.isShown = (name) => shown[name];
  KG.places = KG.data.associations.map((item, place) => place);
  KG.district = null;

  KG.isInside = function (place) {
    return KG.district === null || KG.data.associations[place].district === KG.district;
  };

  KG.groupAt = function (side, place) {
    const of = KG.data.sides[side];
    return of.groups[of.group_of[place]];
  };

  function follow(from, to) {
    from.on("move zoom", function () {
      if (busy) { return; }
      busy = true;
      to.setView(from.getCenter(), from.getZoom(), { animate: false });
      busy = false;
    });
  }

  function look(group) {
    if (group.status === "small" || group.status === "below_floor") { return "kg-cell kg-cell-below"; }
    return group.status === "merged" ? "kg-cell kg-cell-merged" : "kg-cell kg-cell-unchanged";
  }

  function addCells(side) {
    const group = L.featureGroup();
    for (const place of KG.places) {
      const of = KG.groupAt(side, place);
      const shape = KG.area(KG.data.areas[place], look(of) + (side === 0 && KG.data.mode === "today" ? " kg-cell-today" : ""), true);
      shape.on("add", function () {
        const path = shape.getElement();
        path.dataset.place = place;
        path.setAttribute("aria-hidden", "true");
        if (of.colour) { path.style.setProperty("--colour", KG.tone(of.colour)); }
      });
      shape.on("click", () => KG.openPlace(place));
      cells[side].push(shape);
      group.addLayer(shape);
    }
    KG.data.uninhabited.forEach(function (item, number) {
      group.addLayer(KG.area(KG.data.areas[KG.places.length + number], "kg-cell-empty", false));
    });
    group.addTo(maps[side]);
  }

  function differingPlaces() {
    return new Set(KG.data.differences.flatMap((item) => item.members));
  }

  /* Sort the lines between areas by what they are on this side; each line is drawn once. */
  function addBorders(side) {
    const of = KG.data.sides[side].group_of;
    const today = side === 0 && KG.data.mode === "today";
    const differing = differingPlaces();
    const kinds = { plain: [], same: [], fresh: [], gone: [], empty: [] };
    for (const [a, b, ...parts] of KG.data.edges) {
      const groups = [a, b].map((place) => (place < of.length ? of[place] : -1));
      if (groups[0] < 0 && groups[1] < 0) { kinds.empty.push(...parts); }
      else if (today) { kinds.plain.push(...parts); }
      else if (a !== b && groups[0] === groups[1]) { kinds.gone.push(...parts); }
      else if (!differing.has(a) && !differing.has(b)) { kinds.same.push(...parts); }
      else { kinds.fresh.push(...parts); }
    }
    for (const [kind, parts] of Object.entries(kinds)) {
      if (parts.length) { KG.line(parts, "kg-border kg-border-" + kind, "borders").addTo(maps[side]); }
    }
  }

  KG.outline = function (members) {
    const inside = new Set(members);
    return KG.data.edges.filter(([a, b]) => (a === b ? inside.has(a) : inside.has(a) !== inside.has(b))).flatMap(([, , ...parts]) => parts);
  };

  function differences() {
    const group = L.layerGroup();
    for (const item of KG.data.differences) {
      const parts = KG.outline(item.members);
      group.addLayer(KG.line(parts, "kg-difference-halo", "differences"));
      group.addLayer(KG.line(parts, "kg-difference", "differences"));
    }
    return group;
  }

  function councils() {
    return L.layerGroup(KG.data.district_areas.map((rings, number) => L.polygon(KG.parts(rings), {
      pane: "councils", interactive: false, smoothFactor: 0,
      className: "kg-council-areas kg-council-" + KG.data.districts[number].status.replace("_", "-"),
    })));
  }

  function halls() {
    return L.layerGroup(KG.data.halls.map(function (hall) {
      const icon = L.divIcon({ className: "kg-hall", iconSize: [14, 14], html: KG.make("span", { class: "kg-mark kg-mark-hall" }) });
      return L.marker(hall.point, { pane: "halls", icon: icon, interactive: false, keyboard: false });
    }));
  }

  function makeLayers(side) {
    const data = KG.data;
    const of = layers[side];
    if (data.mode === "plans" && data.differences.length) { of.differences = differences(); }
    if (data.districts.length) { of.districts = KG.line(data.district_lines.flat(), "kg-district-borders", "districts"); }
    if ((data.district_areas || []).length) { of.councils = councils(); }
    if (data.halls.length) { of.halls = halls(); }
    if (data.barriers.length) { of.barriers = KG.line(data.barriers.flat(), "kg-barrier-lines", "barriers"); }
    for (const [name, layer] of Object.entries(of)) { if (shown[name]) { layer.addTo(maps[side]); } }
  }

  KG.hasLayer = (name) => Boolean(layers[0][name]);

  KG.showLayer = function (name, on) {
    shown[name] = on;
    for (const side of [0, 1]) {
      const layer = layers[side][name];
      if (layer) { if (on) { layer.addTo(maps[side]); } else { layer.remove(); } }
    }
    if (name === "differences") { KG.fade(); }
    KG.placeLabels();
  };

  /* Pale: outside the district chosen, and, where two plans are compared, what is the same in both. */
  KG.fade = function () {
    const differing = differingPlaces();
    const stress = KG.data.mode === "plans" && shown.differences && differing.size > 0;
    KG.id("pair").classList.toggle("kg-stress", stress);
    for (const side of [0, 1]) {
      cells[side].forEach(function (shape, place) {
        const list = shape.getElement().classList;
        list.toggle("kg-outside", !KG.isInside(place));
        list.toggle("kg-alike", stress && !differing.has(place));
      });
    }
  };

  KG.boundsOf = function (places) {
    return L.latLngBounds(places.map((place) => cells[0][place].getBounds()));
  };

  KG.highlight = function (members) {
    chosen.forEach((line) => line.remove());
    chosen = [];
    if (!members) { return; }
    const parts = KG.outline(members);
    for (const map of maps) {
      chosen.push(KG.line(parts, "kg-chosen-halo", "highlight").addTo(map), KG.line(parts, "kg-chosen", "highlight").addTo(map));
    }
  };

  KG.goTo = function (bounds, closest) {
    maps[0].fitBounds(bounds, { animate: false, padding: KG.isNarrow() ? [10, 10] : [26, 26], maxZoom: closest || 15 });
  };

  KG.startSides = function () {
    follow(maps[0], maps[1]);
    follow(maps[1], maps[0]);
    for (const side of [0, 1]) {
      KG.dressMap(maps[side], KG.text("map_of", { name: KG.data.sides[side].label }));
      addCells(side);
      addBorders(side);
      makeLayers(side);
    }
    KG.fade();
  };
})();
