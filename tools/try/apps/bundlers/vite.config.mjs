export default {
  build: {
    ssr: `${process.env.APP}.js`,
    outDir: 'out',
    rollupOptions: { output: { entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' } },
  },
  // Vite keeps dependencies out of a server build unless told otherwise.
  ssr: { noExternal: true, external: ['fs-native-extensions'] },
};
