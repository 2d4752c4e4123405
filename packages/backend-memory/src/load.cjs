// CommonJS, because only there is `require` synchronous, lazy and visible to bundlers at once. These packages take 20 to 50 ms to load, and
// only a caller that creates a bucket, stores a body or reads the volume pays for each. `import()` is no alternative: `put` copies its bytes
// before its first await.

exports.loadSortedBtree = () => require('sorted-btree');

exports.loadFsCore = () => require('@jsonjoy.com/fs-core');

exports.loadMemfs = () => require('memfs');
