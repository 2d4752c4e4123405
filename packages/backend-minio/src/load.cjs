// CommonJS, because only there is `require` synchronous, lazy and visible to bundlers at once. The client is large, and only a caller that
// reads `client` needs it.

exports.loadMinio = () => require('minio');
