// CommonJS, because only there is `require` synchronous, lazy and visible to bundlers at once. memfs has a hundred modules, and only a caller
// that reads `volume` needs it.

exports.loadMemfs = () => require('memfs');
