/**
 * What a bare Electron runs when it is started as `electron [-r FILE] [options] FOLDER`: it loads that folder's
 * app, a CommonJS module. Plain CommonJS text, packed as default_app.asar.
 */
export const DEFAULT_APP_MAIN = `
const { app } = require('electron');
const Module = require('node:module');
const path = require('node:path');
const args = process.argv.slice(1);
const preloads = [];
let folder = null;
for (let i = 0; i < args.length; i += 1) {
  if (args[i] === '-r' || args[i] === '--require') preloads.push(args[(i += 1)]);
  else if (!args[i].startsWith('-') && folder === null) folder = args[i];
}
if (folder === null) { console.error('usage: electron [-r FILE] FOLDER'); process.exit(1); }
const root = path.resolve(folder);
const manifest = require(path.join(root, 'package.json'));
app.setAppPath(root);
app.setName(manifest.productName || manifest.name);
app.setVersion(manifest.version || '0.0.0');
if (preloads.length > 0) Module._preloadModules(preloads);
// At once, not later: an app may have to say things before Electron is ready.
require(require.resolve(path.join(root, manifest.main || 'index.js')));
`;
