/* One former school district at a time: it stands out, the rest is pale, and its own figures stand in the header. */
(function () {
  const WORLD = [[-85, -180], [-85, 180], [85, 180], [85, -180]];
  let veil = null;

  KG.district = null;

  /* Whether an association or a group lies, at least in part, in the district chosen. */
  KG.isInside = function (item) {
    if (KG.district === null) { return true; }
    return item.districts ? item.districts.includes(KG.district) : item.district_index === KG.district;
  };

  /* A group counts where most of its members are. */
  KG.homeOf = function (group) {
    return group.district_index === null ? "" : KG.data.districts[group.district_index].name;
  };

  /* Figures of one district, or of the whole area for null. */
  KG.summarise = function (number) {
    if (number !== null) { return KG.data.districts[number]; }
    return Object.assign({ name: KG.text("whole_city"), households: KG.data.households }, KG.data.summary);
  };

  KG.summaryLine = function (s) {
    return [
      KG.text("associations_word") + " " + KG.number(s.associations_before) + " → " + KG.number(s.associations_after),
      KG.text("small_word") + " " + KG.number(s.small_before) + " → " + KG.number(s.small_after),
      KG.households(s.households),
    ].join(" · ");
  };

  KG.fillSummary = function () {
    const s = KG.summarise(KG.district);
    const name = [KG.paper ? KG.text(KG.state) : "", KG.district === null ? "" : s.name].filter(Boolean).join(" ");
    for (const state of ["before", "after"]) { KG.id(state).lastElementChild.textContent = KG.number(s["associations_" + state]); }
    KG.id("summary").replaceChildren(KG.make("strong", {}, name), name ? "  " : "", KG.summaryLine(s));
  };

  /* The district's own outline where the page has it, else the associations in it. */
  function shapes(number) {
    const areas = KG.layer("council_areas") || KG.layer("district_areas");
    if (areas) { return areas.getLayers().filter((shape) => shape.feature.id === number); }
    const cells = KG.layer("associations").getLayers();
    return cells.filter((shape) => KG.data.associations[shape.feature.id].district_index === number);
  }

  function holes(number) {
    return shapes(number).flatMap(function (shape) {
      const parts = shape.getLatLngs();
      return Array.isArray(parts[0][0]) ? parts.flat() : parts;
    });
  }

  function drawVeil(number) {
    if (veil) { veil.remove(); }
    veil = null;
    if (number === null) { return; }
    veil = L.polygon([WORLD, ...holes(number)], { pane: "veil", className: "kg-veil", interactive: false, smoothFactor: 0 }).addTo(KG.map);
  }

  function markSign(marker) {
    const element = marker.getElement();
    const outside = KG.district !== null && !(marker.kgOwner && KG.isInside(marker.kgOwner));
    if (element) { element.classList.toggle("kg-outside", outside); }
  }

  KG.markOutside = function () {
    for (const [name, items] of [["associations", KG.data.associations], ["groups", KG.data.groups]]) {
      KG.layer(name).eachLayer(function (shape) {
        const path = shape.getElement();
        if (path) { path.classList.toggle("kg-outside", !KG.isInside(items[shape.feature.id])); }
      });
    }
    for (const name of ["halls", "schools"]) {
      if (KG.group(name)) { KG.group(name).eachLayer(markSign); }
    }
  };

  KG.fitDistrict = function () {
    if (KG.district === null) { KG.showAll(); } else { KG.fit(KG.data.districts[KG.district].bounds); }
  };

  KG.chooseDistrict = function (number) {
    KG.district = number;
    // What was chosen elsewhere would contradict the district's own figures beside it.
    KG.clearHighlight();
    KG.id("search").value = "";
    KG.id("district").value = number === null ? "" : String(number);
    document.body.classList.toggle("kg-one-district", number !== null);
    drawVeil(number);
    KG.markOutside();
    KG.fillSummary();
    KG.fillTable();
    KG.placeLabels();
    KG.fitDistrict();
    KG.openOverview();
    const s = KG.summarise(number);
    KG.say(s.name + ": " + KG.summaryLine(s));
  };

  KG.startDistricts = function () {
    const pane = KG.map.createPane("veil");
    pane.style.zIndex = 443;
    pane.style.pointerEvents = "none";
    KG.fillDistricts(KG.chooseDistrict);
  };
})();
