/* Areas and borders: looks, names for screen readers, keyboard, highlight, and the two states. */
(function () {
  const LAYERS = { before: "associations", after: "groups" };
  let highlight = null;
  let chosen = null;

  function layer(name) { return window["geo_json_" + name]; }
  function group(name) { return window["feature_group_" + name]; }
  KG.layer = layer;
  KG.group = group;

  function describe(name, households, status) {
    return [name, KG.households(households), status].join(" ");
  }

  function groupLook(path, number) {
    const item = KG.data.groups[number];
    path.classList.add("kg-" + item.status.replace("_", "-"));
    if (item.colour) { path.style.setProperty("--colour", KG.tone(item.colour)); }
    return describe(item.name, item.households, KG.text("status_" + item.status));
  }

  function associationLook(path, number) {
    const item = KG.data.associations[number];
    path.classList.add(item.small ? "kg-small-area" : "kg-enough");
    return describe(item.name, item.households, KG.text(item.small ? "status_small" : "status_ok", { floor: item.floor }));
  }

  function uninhabitedLook(_path, number) {
    return KG.data.uninhabited[number].name + " " + KG.text("status_uninhabited");
  }

  /* Leaflet makes a new path each time a layer is added, so looks are given on every "add". */
  function prepare(name, look, choose) {
    layer(name).eachLayer(function (shape) {
      const number = shape.feature.id;
      const dress = function () {
        const path = shape.getElement();
        path.dataset.number = number;
        path.setAttribute("aria-label", look(path, number));
        path.setAttribute("role", "button");
        path.setAttribute("tabindex", "-1");
        path.addEventListener("focus", () => KG.showName(shape));
        path.addEventListener("blur", KG.hideName);
      };
      shape.kgChoose = choose;
      shape.on("add", dress);
      shape.on("click", () => choose(number, null));
      shape.on("mouseover", () => KG.showName(shape));
      shape.on("mouseout", KG.hideName);
      if (shape._map) { dress(); }
    });
  }

  function clear() {
    if (highlight) { highlight.remove(); }
    highlight = null;
    chosen = null;
  }
  KG.clearHighlight = clear;

  function find(name, number) {
    return layer(name).getLayers().find((shape) => shape.feature.id === number);
  }

  function ways(item) {
    if (!item.meeting_point || item.members.length < 2) { return []; }
    const options = { pane: "highlight", interactive: false };
    const starts = item.members.map((member) => KG.data.associations[member].point);
    return [
      L.polyline(starts.map((start) => [start, item.meeting_point]), Object.assign({ className: "kg-way" }, options)),
      ...starts.map((start) => L.circleMarker(start, Object.assign({ className: "kg-way-end", radius: 4 }, options))),
      L.circleMarker(item.meeting_point, Object.assign({ className: "kg-meeting", radius: 8 }, options)),
    ];
  }

  function mark(name, number, extra) {
    clear();
    const shape = find(name, number);
    const options = { pane: "highlight", interactive: false, smoothFactor: 0 };
    highlight = L.featureGroup([
      L.geoJSON(shape.feature, Object.assign({ className: "kg-halo" }, options)),
      L.geoJSON(shape.feature, Object.assign({ className: "kg-chosen" }, options)),
      ...extra,
    ]).addTo(KG.map);
    chosen = { name: name, number: number };
    return shape;
  }

  function approach(shape) {
    const narrow = KG.isNarrow();
    KG.moveTo(shape.getBounds(), {
      maxZoom: 15, paddingTopLeft: [40, 40], paddingBottomRight: [40, narrow ? Math.round(KG.map.getSize().y * 0.5) : 40],
    });
  }

  /* Choose an area of the state shown: its number, the element to give the focus back to, whether to go there. */
  KG.select = function (number, from, go) {
    const name = LAYERS[KG.state];
    const shape = mark(name, number, KG.state === "after" ? ways(KG.data.groups[number]) : []);
    (KG.state === "after" ? KG.openGroup : KG.openAssociation)(number, from);
    if (go) { approach(shape); }
  };

  KG.selectUninhabited = function (number, from) {
    mark("uninhabited", number, []);
    KG.openUninhabited(number, from);
  };

  KG.setState = function (state) {
    if (state === KG.state) { return; }
    const kept = chosen && chosen.name === LAYERS[KG.state] ? chosen.number : null;
    const from = KG.state;
    clear();
    group(from).remove();
    KG.state = state;
    group(state).addTo(KG.map);
    document.body.dataset.state = state;
    KG.markOutside();
    KG.startAreaKeys();
    for (const name of ["before", "after"]) { KG.id(name).setAttribute("aria-pressed", String(name === state)); }
    KG.placeLabels();
    KG.fillLegend();
    KG.say(KG.id(state).textContent);
    if (kept === null) { return; }
    KG.select(from === "before" ? KG.data.associations[kept].group : KG.data.groups[kept].members[0], null);
  };

  function councilLooks() {
    layer("council_areas").eachLayer(function (shape) {
      const dress = function () {
        shape.getElement().classList.add("kg-council-" + KG.data.districts[shape.feature.id].status.replace("_", "-"));
      };
      shape.on("add", dress);
    });
  }

  function addPoint(name, item, open) {
    const icon = L.divIcon({ className: "kg-hall", iconSize: [16, 16], html: KG.make("span", { class: "kg-mark kg-mark-" + name }) });
    const marker = L.marker(item.point, { pane: "halls", icon: icon, keyboard: false, riseOnHover: true });
    marker.kgOwner = KG.data.associations[item.association];
    marker.kgChoose = function (_number, from) {
      clear();
      open(item, from);
    };
    marker.on("add", function () {
      const element = marker.getElement();
      element.setAttribute("role", "button");
      element.setAttribute("tabindex", "-1");
      element.setAttribute("aria-label", item.name + " " + KG.text(name));
      element.addEventListener("focus", () => KG.showName(marker));
      element.addEventListener("blur", KG.hideName);
    });
    marker.on("click", () => marker.kgChoose(null, null));
    marker.on("mouseover", () => KG.showName(marker));
    marker.on("mouseout", KG.hideName);
    return marker;
  }

  function markBorder(name, open) {
    return function (number, from) {
      mark(name, number, []);
      open(number, from);
    };
  }

  function borderLook(name) {
    return function (_path, number) {
      const row = KG.data[name][number];
      const between = { a: KG.data.associations[row.a].name, b: KG.data.associations[row.b].name };
      return [KG.text(name === "links" ? "link" : "barred"), KG.text("between", between), row.by].filter(Boolean).join(" ");
    };
  }

  KG.startLayers = function () {
    prepare("associations", associationLook, (number, from) => KG.select(number, from));
    prepare("groups", groupLook, (number, from) => KG.select(number, from));
    prepare("uninhabited", uninhabitedLook, KG.selectUninhabited);
    if (layer("links")) { prepare("links", borderLook("links"), markBorder("links", KG.openLink)); }
    if (layer("barred")) { prepare("barred", borderLook("barred"), markBorder("barred", KG.openBarred)); }
    if (group("councils")) { councilLooks(); }
    if (group("halls")) { KG.data.halls.forEach((hall) => { addPoint("hall", hall, KG.openHall).addTo(group("halls")); }); }
    if (group("schools")) { KG.data.schools.forEach((school) => { addPoint("school", school, KG.openSchool).addTo(group("schools")); }); }
  };
})();
