// SPDX-License-Identifier: AGPL-3.0-or-later
// What the service worker of observers keeps for a phone without network, and where its script is.
"use strict";

const WAITING = "{% url "elections:observe-waiting" %}";
const QUEUE = "{% url "elections:observe-queue" %}";
const KEPT = [
  WAITING,
  "{% asset "hedgerow.css" %}",
  "{% asset "hedgerow/hedge.svg" %}",
  "{% asset "elections/observing.js" %}",
];
importScripts("{% asset "elections/observing.js/1-sealing.js" %}", "{% asset "elections/worker.js" %}");
