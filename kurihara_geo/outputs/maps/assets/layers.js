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
    return [name, KG.text("households", { n: KG.number(households) }), status].join(" ");
  }

  function groupLook(path, number) {
    const item = KG.data.groups[number];
    path.classList.add("kg-" + item.status.replace("_", "-"));
    if (item.colour) { path.style.fill = item.colour; }
    return describe(item.name, item.households, KG.text("status_" + item.status));
  }

  function associationLook(path, number) {
    const item = KG.data.associations[number];
    path.classList.add(item.small ? "kg-small-area" : "kg-enough");
    return describe(item.name, item.households, KG.text(item.small ? "status_small" : "status_ok", { floor: item.floor }));
  }

  function uninhabitedLook(path, number) {
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
        path.setAttribute("tabindex", "0");
        path.addEventListener("keydown", function (event) {
          if (event.key === "Enter" || event.key === " ") {
            event.preventDefault();
            choose(number, path);
          }
        });
      };
      shape.on("add", dress);
      shape.on("click", () => choose(number, null));
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
    for (const name of ["before", "after"]) { KG.id(name).setAttribute("aria-pressed", String(name === state)); }
    KG.placeLabels();
    KG.fillLegend();
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

  function addHalls() {
    for (const hall of KG.data.halls) {
      const icon = L.divIcon({ className: "kg-hall", iconSize: [16, 16], html: KG.make("span", { class: "kg-mark kg-mark-hall" }) });
      const marker = L.marker(hall.point, { pane: "halls", icon: icon, keyboard: true, riseOnHover: true });
      const choose = (from) => { clear(); KG.openHall(hall, from); };
      marker.on("add", function () {
        marker.getElement().setAttribute("aria-label", hall.name + " " + KG.text("hall"));
        marker.getElement().addEventListener("keydown", function (event) {
          if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(marker.getElement()); }
        });
      });
      marker.on("click", () => choose(null));
      marker.addTo(group("halls"));
    }
  }

  KG.startLayers = function () {
    prepare("associations", associationLook, (number, from) => KG.select(number, from));
    prepare("groups", groupLook, (number, from) => KG.select(number, from));
    prepare("uninhabited", uninhabitedLook, KG.selectUninhabited);
    if (group("councils")) { councilLooks(); }
    if (group("halls")) { addHalls(); }
  };
})();
