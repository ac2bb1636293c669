"use strict";
/* All that is shown comes from the two JSON elements and goes into text nodes. */
(function () {
  var SVG = "http://www.w3.org/2000/svg";
  var VERDICTS = ["deny", "allow", "undetermined"];
  var CHUNK = 200;
  var summary = JSON.parse(document.getElementById("summary").textContent);
  var embedded = JSON.parse(document.getElementById("rows").textContent);
  var rows = embedded.rows;

  function id(name) { return document.getElementById(name); }

  function el(name, className, text) {
    var node = document.createElement(name);
    if (className) node.className = className;
    if (text !== undefined && text !== null) node.textContent = String(text);
    return node;
  }

  function svg(name, attributes) {
    var node = document.createElementNS(SVG, name);
    Object.keys(attributes || {}).forEach(function (key) { node.setAttribute(key, String(attributes[key])); });
    return node;
  }

  function number(n) { return n.toLocaleString("en"); }
  function total(row) { return row.deny + row.allow + row.undetermined; }
  function when(text) { return text ? text.replace("T", " ").replace("Z", " UTC") : ""; }
  function plural(n, one, many) { return number(n) + " " + (n === 1 ? one : many); }

  function parts(row) {
    return VERDICTS.filter(function (v) { return row[v] > 0; })
      .map(function (v) { return number(row[v]) + " " + v; }).join(", ");
  }

  /* ---- charts ---- */

  function legend() {
    var list = el("ul", "legend");
    VERDICTS.forEach(function (v) {
      var item = el("li"), box = svg("svg", { viewBox: "0 0 10 10", "aria-hidden": "true" });
      box.appendChild(svg("rect", { width: 10, height: 10, "class": v }));
      item.appendChild(box);
      item.appendChild(document.createTextNode(v));
      list.appendChild(item);
    });
    return list;
  }

  /* One labelled bar for each item: {label, note, deny, allow, undetermined} or {label, count}. */
  function bars(target, items, leftOut) {
    var most = items.reduce(function (m, i) { return Math.max(m, i.count !== undefined ? i.count : total(i)); }, 1);
    items.forEach(function (item) {
      var all = item.count !== undefined ? item.count : total(item), x = 0;
      var box = el("div", "bar"), line = el("div"), label = el("span", "", item.label);
      var drawing = svg("svg", { height: 8, role: "img" });
      line.appendChild(label);
      line.appendChild(el("span", "", number(all)));
      box.appendChild(line);
      drawing.setAttribute("aria-label", item.count !== undefined ? number(all) : parts(item));
      drawing.appendChild(svg("rect", { width: "100%", height: 8, rx: 3, "class": "back" }));
      (item.count !== undefined ? ["count"] : VERDICTS).forEach(function (v) {
        var width = 100 * item[v] / most;
        if (!(width > 0)) return;
        drawing.appendChild(svg("rect", { x: x + "%", width: width + "%", height: 8, "class": v }));
        x += width;
      });
      box.appendChild(drawing);
      if (item.note) box.appendChild(el("small", "", item.note));
      target.appendChild(box);
    });
    if (items.length === 0) target.appendChild(el("p", "dim", "none"));
    if (leftOut > 0) target.appendChild(el("p", "dim", "and " + number(leftOut) + " more that are not listed"));
  }

  function list(name, most) {
    var all = summary[name], rest = all.slice(most).reduce(function (sum, row) { return sum + total(row); }, 0);
    bars(id(name), all.slice(0, most).map(function (row) {
      return { label: row.key, deny: row.deny, allow: row.allow, undetermined: row.undetermined };
    }), summary[name + "_left_out"] + rest);
  }

  function timeChart() {
    var target = id("time"), line = summary.timeline, buckets = line.buckets, W = 720, H = 150;
    if (buckets.length === 0) { target.appendChild(el("p", "dim", "nothing")); return; }
    var first = buckets[0].time, last = buckets[buckets.length - 1].time;
    var count = (last - first) / line.width + 1, step = W / count;
    var most = buckets.reduce(function (m, b) { return Math.max(m, total(b)); }, 1);
    var drawing = svg("svg", { viewBox: "0 0 " + W + " " + H, role: "img", preserveAspectRatio: "none", height: H });
    drawing.setAttribute("aria-label", "Verdicts over time: " + parts(summary.verdicts) + " in " +
      plural(buckets.length, "interval", "intervals") + ", at most " + number(most) + " in one");
    drawing.appendChild(svg("rect", { y: H - 1, width: W, height: 1, "class": "back" }));
    buckets.forEach(function (bucket) {
      var x = (bucket.time - first) / line.width * step, y = H - 1, group = svg("g"), title = svg("title");
      title.textContent = when(new Date(bucket.time * 1000).toISOString().replace(/\.\d+/, "")) + ": " + parts(bucket);
      group.appendChild(title);
      VERDICTS.forEach(function (v) {
        var height = (H - 6) * bucket[v] / most;
        if (height <= 0) return;
        height = Math.max(height, 1.5);
        y -= height;
        group.appendChild(svg("rect", { x: x + step * 0.05, y: y, width: Math.max(step * 0.9, 0.5), height: height, "class": v }));
      });
      drawing.appendChild(group);
    });
    target.appendChild(drawing);
    var axis = el("div", "axis");
    axis.appendChild(el("span", "", when(summary.first)));
    axis.appendChild(el("span", "", "at most " + number(most) + " in " + span(line.width)));
    axis.appendChild(el("span", "", when(summary.last)));
    target.appendChild(axis);
    target.appendChild(legend());
  }

  function span(seconds) {
    if (seconds % 86400 === 0) return plural(seconds / 86400, "day", "days");
    if (seconds % 3600 === 0) return plural(seconds / 3600, "hour", "hours");
    if (seconds % 60 === 0) return plural(seconds / 60, "minute", "minutes");
    return plural(seconds, "second", "seconds");
  }

  function clients() {
    var most = 10, all = summary.clients, left = summary.clients_left_out;
    all.slice(most).forEach(function (row) { left += total(row); });
    bars(id("clients"), all.slice(0, most).map(function (row) {
      return { label: row.subject || row.key, deny: row.deny, allow: row.allow, undetermined: row.undetermined,
        note: row.last ? "last: " + row.last + " (" + row.last_reason + ") at " + when(row.last_time) : "" };
    }), left);
  }

  function expiry() {
    var limits = [["expired", 0], ["within 7 days", 7], ["within 30 days", 30], ["within 90 days", 90],
      ["within a year", 365], ["later", Infinity]];
    var judged = Date.parse(summary.judged), counts = limits.map(function () { return 0; });
    var soon = [];
    summary.clients.forEach(function (row) {
      if (!row.not_after) return;
      var days = (Date.parse(row.not_after) - judged) / 86400000, i = 0;
      while (days >= limits[i][1] && i < limits.length - 1) i++;
      counts[i]++;
      if (days < 90) soon.push(row);
    });
    bars(id("expiry"), limits.map(function (l, i) { return { label: l[0], count: counts[i] }; }), 0);
    soon.sort(function (a, b) { return a.not_after < b.not_after ? -1 : 1; });
    soon.slice(0, 5).forEach(function (row) {
      id("expiry").appendChild(el("div", "", when(row.not_after) + ": " + row.subject));
    });
    if (summary.clients_left_out > 0)
      id("expiry").appendChild(el("p", "dim", "of the " + number(summary.clients.length) + " most frequent clients"));
  }

  function changes() {
    if (!summary.baseline) { id("changes").parentNode.hidden = true; return; }
    bars(id("changes"), summary.changes.slice(0, 50).map(function (row) {
      var word = row.key.split(" ");
      return { label: row.subject, note: "was " + word[1] + " (" + word[2] + "), is now " + word[3] + " (" + word[4] + ")",
        deny: row.deny, allow: row.allow, undetermined: row.undetermined };
    }), summary.changes_left_out + summary.changes.slice(50).reduce(function (n, row) { return n + total(row); }, 0));
  }

  function problems() {
    var target = id("problems"), items = el("ul");
    summary.problems.forEach(function (row) { items.appendChild(el("li", "", row.key)); });
    summary.counts.forEach(function (row) { items.appendChild(el("li", "dim", row.key + ": " + number(total(row)))); });
    if (items.firstChild === null) items = el("p", "dim", "nothing");
    target.appendChild(items);
  }

  function cards() {
    var target = id("verdicts");
    function card(name, count, className) {
      var box = el("div", "card " + className);
      box.appendChild(el("b", "", number(count)));
      box.appendChild(el("span", "", name));
      target.appendChild(box);
    }
    card(summary.handshakes === 1 ? "handshake" : "handshakes", summary.handshakes, "");
    if (summary.rows !== summary.handshakes) card("decisions", summary.rows, "");
    VERDICTS.forEach(function (v) { card(v, summary.verdicts[v], v); });
    if (summary.baseline) card("changed", summary.changed, "");
  }

  /* ---- the table ---- */

  function end(address, port) { return (address.indexOf(":") >= 0 ? "[" + address + "]" : address) + ":" + port; }

  function client(row) {
    if (row.certificate) return row.certificate.subject || "(empty subject)";
    if (row.leaf_sha256) return "(certificate that cannot be read)";
    return (row.visibility === "none_sent" || row.visibility === "not_requested" ? "(no certificate: " : "(not seen: ") +
      row.visibility + ")";
  }

  var texts = rows.map(function (row) {
    return [client(row), row.reason, row.message, row.visibility, row.version, row.sni, row.flow.source, row.flow.destination,
      row.capture.file, row.leaf_sha256, row.certificate ? row.certificate.sans.join(" ") : "",
      row.logged_id, row.flow.community_id].join("\n").toLowerCase();
  });

  function definitions(pairs) {
    var box = el("dl");
    pairs.forEach(function (pair) {
      if (pair[1] === "" || pair[1] === null || pair[1] === undefined) return;
      box.appendChild(el("dt", "", pair[0]));
      box.appendChild(el("dd", "", pair[1]));
    });
    return box;
  }

  function traceTable(row) {
    var table = el("dl");
    row.trace.forEach(function (step) {
      table.appendChild(el("dt", "", step.entry + " " + step.plugin));
      table.appendChild(el("dd", "", step.control + ": " + step.result + (step.action ? " (" + step.action + ")" : "") +
        (step.message ? ": " + step.message : "") + (step.when ? "; when " + step.when : "")));
    });
    return table;
  }

  function explain(row) {
    var box = el("td"), raw = el("details");
    box.colSpan = 6;
    box.appendChild(el("p", "", (row.judged ? "" : "Not judged: ") + (row.message || row.reason)));
    if (row.baseline)
      box.appendChild(el("p", "", "Baseline: " + row.baseline.would + " (" + row.baseline.reason + ")" +
        (row.baseline.message ? ": " + row.baseline.message : "")));
    if (row.judged && !row.finished)
      box.appendChild(el("p", "", "The handshake did not finish: this is what would have been said."));
    function part(title, node) { box.appendChild(el("h3", "", title)); box.appendChild(node); }
    if (row.trace.length > 0) part("Trace" + (row.policy ? " of policy " + row.policy : ""), traceTable(row));
    if (row.certificate) part("Certificate", definitions([["subject", row.certificate.subject], ["issuer", row.certificate.issuer],
      ["serial", row.certificate.serial], ["not after", when(row.certificate.not_after)], ["names", row.certificate.sans.join(", ")],
      ["SHA-256", row.certificate.sha256]]));
    part("Handshake", definitions([["visibility", row.visibility], ["why", row.why], ["version", row.version], ["cipher", row.cipher],
      ["SNI", row.sni], ["ALPN", row.alpn], ["carrier", row.carrier], ["found in", row.found_in], ["kind", row.kind],
      ["certificates", row.certificates], ["resumed", row.resumed ? "yes" : "no"],
      ["from", row.origin ? row.origin.file + " packet " + row.origin.packet + ", " + when(row.origin.time) : ""],
      ["alert", row.alert ? row.alert.description + " from the " + row.alert.from : ""], ["host", row.request.host],
      ["path", row.request.path], ["logged as", row.logged_id]]));
    part("Flow", definitions([["from", end(row.flow.source, row.flow.source_port)], ["to", end(row.flow.destination, row.flow.destination_port)],
      ["transport", row.flow.transport], ["community id", row.flow.community_id], ["file", row.capture.file],
      ["packets", row.capture.begin + (row.capture.certificate ? ", certificate " + row.capture.certificate : "") + ", end " + row.capture.end],
      ["time", when(row.capture.begin_time) + " to " + when(row.capture.end_time)], ["judged as of", when(row.time)]]));
    raw.appendChild(el("summary", "", "JSON"));
    raw.appendChild(el("pre", "", JSON.stringify(row, null, 1)));
    box.appendChild(raw);
    return box;
  }

  function toggle(button, line, row) {
    var open = button.getAttribute("aria-expanded") === "true", detail;
    button.setAttribute("aria-expanded", String(!open));
    if (open) { line.parentNode.removeChild(line.nextSibling); return; }
    detail = el("tr", "detail");
    detail.id = button.getAttribute("aria-controls");
    detail.appendChild(explain(row));
    line.parentNode.insertBefore(detail, line.nextSibling);
  }

  function cell(line, label, text, className) {
    var td = el("td", className, text);
    td.setAttribute("data-label", label);
    line.appendChild(td);
    return td;
  }

  function draw(index) {
    var row = rows[index], line = el("tr", "row"), button = el("button", "", when(row.time));
    button.type = "button";
    button.setAttribute("aria-expanded", "false");
    button.setAttribute("aria-controls", "d" + index);
    button.setAttribute("aria-label", "Explain " + row.would + " of " + client(row) + " at " + when(row.time));
    line.appendChild(el("td")).appendChild(button);
    cell(line, "Verdict", row.would + (row.changed ? " (changed)" : ""), "verdict " + row.would);
    cell(line, "Reason", row.reason);
    cell(line, "Client", client(row), "client");
    cell(line, "From", end(row.flow.source, row.flow.source_port));
    cell(line, "To", end(row.flow.destination, row.flow.destination_port));
    button.addEventListener("click", function () { toggle(button, line, row); });
    return line;
  }

  var matching = [], drawn = 0;

  function more() {
    var piece = document.createDocumentFragment(), until = Math.min(drawn + CHUNK, matching.length);
    for (; drawn < until; drawn++) piece.appendChild(draw(matching[drawn]));
    id("body").appendChild(piece);
    id("more").hidden = drawn >= matching.length;
    id("shown").textContent = plural(matching.length, "row matches", "rows match") + " of " + number(rows.length) +
      (drawn < matching.length ? "; the first " + number(drawn) + " are shown" : "") +
      (embedded.left_out > 0 ? ". " + number(embedded.left_out) + " more are in the charts and not in this page." : "");
  }

  function filter() {
    var words = id("f-text").value.toLowerCase().split(/\s+/).filter(Boolean);
    var verdict = id("f-verdict").value, reason = id("f-reason").value, changed = id("f-changed").checked;
    matching = [];
    rows.forEach(function (row, i) {
      if ((verdict && row.would !== verdict) || (reason && row.reason !== reason) || (changed && !row.changed)) return;
      if (words.every(function (word) { return texts[i].indexOf(word) >= 0; })) matching.push(i);
    });
    id("body").textContent = "";
    drawn = 0;
    more();
  }

  function table() {
    var reasons = {};
    if (rows.length === 0) {
      id("filter").hidden = true;
      document.querySelector("#table table").hidden = true;
      id("more").hidden = true;
      id("shown").textContent = "This page is of a summary, which has no handshakes of its own.";
      return;
    }
    rows.forEach(function (row) { reasons[row.reason] = true; });
    Object.keys(reasons).sort().forEach(function (reason) { id("f-reason").appendChild(el("option", "", reason)); });
    id("l-changed").hidden = !summary.baseline;
    id("filter").addEventListener("input", filter);
    id("filter").addEventListener("submit", function (event) { event.preventDefault(); });
    id("more").addEventListener("click", more);
    filter();
  }

  id("span").textContent = plural(summary.handshakes, "handshake", "handshakes") +
    (summary.first ? " from " + when(summary.first) + " to " + when(summary.last) : "");
  cards();
  timeChart();
  list("reasons", 12);
  clients();
  expiry();
  list("versions", 12);
  list("visibility", 12);
  list("unknown", 12);
  changes();
  problems();
  table();
})();
