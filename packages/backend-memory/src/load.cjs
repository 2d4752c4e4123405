// CommonJS, because only there is `require` synchronous, lazy and visible to bundlers at once. These packages take 20 to 50 ms to load, and
// only a caller that creates a bucket or reads the volume pays for each. `import()` is no alternative: `put` copies its bytes before its
// first await.

const { closeSync, openSync } = require('node:fs');
const { devNull } = require('node:os');

/** More than loading a package opens at a time: other threads may open files meanwhile. */
const spareDescriptors = 8;

let btree;
let diffAgainst;
let fsCore;
let memfs;

exports.loadSortedBtree = () => {
  if (btree === undefined) requireDescriptors();
  return (btree ??= require('sorted-btree'));
};

exports.loadDiffAgainst = () => {
  if (diffAgainst === undefined) requireDescriptors();
  return (diffAgainst ??= require('sorted-btree/extended/diffAgainst.js'));
};

exports.loadFsCore = () => {
  if (fsCore === undefined) requireDescriptors();
  return (fsCore ??= require('@jsonjoy.com/fs-core'));
};

exports.loadMemfs = () => {
  if (memfs === undefined) requireDescriptors();
  return (memfs ??= require('memfs'));
};

/**
 * Throws EMFILE or ENFILE if too many files are open. Without descriptors, Node takes a package for missing, and never looks for it again.
 */
function requireDescriptors() {
  const descriptors = [];
  try {
    while (descriptors.length < spareDescriptors) descriptors.push(openSync(devNull, 'r'));
  } catch (error) {
    if (error.code === 'EMFILE' || error.code === 'ENFILE') throw error;
  } finally {
    for (const descriptor of descriptors) closeSync(descriptor);
  }
}
