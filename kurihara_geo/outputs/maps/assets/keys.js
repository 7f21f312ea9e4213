/* The map by keyboard: one tab stop for the areas and one for the halls; arrow keys go to the nearest one that way. */
(function () {
  const TURNS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  let name = null;

  /* The name of the area pointed at or reached by keyboard, where the label does not fit. */
  KG.showName = function (shape) {
    KG.hideName();
    const path = shape.getElement();
    const spot = shape.getLatLng ? shape.getLatLng() : shape.getBounds().getCenter();
    name = L.tooltip({ className: "kg-name", direction: "top", offset: [0, -6], interactive: false })
      .setLatLng(spot).setContent(KG.make("span", {}, path.getAttribute("aria-label"))).addTo(KG.map);
    name.getElement().setAttribute("aria-hidden", "true");
  };

  KG.hideName = function () {
    if (!name) { return; }
    const element = name.getElement();
    name.remove();
    // Leaflet lets it fade for a while: names would trail behind a key held down.
    if (element) { element.remove(); }
    name = null;
  };

  function placeOf(shape) {
    return KG.map.latLngToLayerPoint(shape.getLatLng ? shape.getLatLng() : shape.getBounds().getCenter());
  }

  function isOffered(shape) {
    const element = shape.getElement();
    return element && !element.classList.contains("kg-outside");
  }

  /* Of those that lie that way, the one that is near and straight ahead. */
  function nextOf(shapes, from, turn) {
    const here = placeOf(from);
    let best = null;
    let least = Infinity;
    for (const shape of shapes) {
      const there = placeOf(shape);
      const ahead = (there.x - here.x) * turn[0] + (there.y - here.y) * turn[1];
      const aside = Math.abs((there.x - here.x) * turn[1]) + Math.abs((there.y - here.y) * turn[0]);
      if (shape !== from && ahead > 0 && ahead + 2 * aside < least) {
        least = ahead + 2 * aside;
        best = shape;
      }
    }
    return best;
  }

  function go(shape, old) {
    if (old) { old.getElement().setAttribute("tabindex", "-1"); }
    shape.getElement().setAttribute("tabindex", "0");
    shape.getElement().focus({ preventScroll: true });
    if (!KG.map.getBounds().contains(shape.getBounds ? shape.getBounds().getCenter() : shape.getLatLng())) {
      KG.map.panTo(shape.getBounds ? shape.getBounds().getCenter() : shape.getLatLng(), { animate: false });
    }
  }

  function press(event, shapes, current) {
    const offered = shapes.filter(isOffered);
    if (event.key === "Enter" || event.key === " ") {
      current.kgChoose(current.feature ? current.feature.id : null, current.getElement());
    } else if (event.key === "+" || event.key === ";") {
      KG.map.zoomIn();
    } else if (event.key === "-") {
      KG.map.zoomOut();
    } else if (event.key === "Home" || event.key === "End") {
      go(offered[event.key === "Home" ? 0 : offered.length - 1], current);
    } else if (TURNS[event.key]) {
      const next = nextOf(offered, current, TURNS[event.key]);
      if (next) { go(next, current); }
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  function rove(shapes) {
    const drawn = shapes.filter((shape) => shape.getElement());
    for (const shape of drawn) {
      const element = shape.getElement();
      element.onkeydown = (event) => press(event, drawn, shape);
    }
    const first = drawn.find((shape) => shape.getElement().getAttribute("tabindex") === "0") || drawn.find(isOffered);
    if (first) { first.getElement().setAttribute("tabindex", "0"); }
  }

  KG.startAreaKeys = function () {
    const areas = KG.layer(KG.state === "after" ? "groups" : "associations").getLayers();
    const empty = KG.layer("uninhabited");
    rove([...areas, ...(empty ? empty.getLayers() : [])]);
  };

  /* What lies over the areas: a tab stop for each kind, where it is shown. */
  KG.startSignKeys = function () {
    for (const name of ["links", "barred"]) {
      if (KG.layer(name)) { rove(KG.layer(name).getLayers()); }
    }
    for (const name of ["halls", "schools"]) {
      if (KG.group(name)) { rove(KG.group(name).getLayers()); }
    }
  };
})();
