// An empty window for the screens on a scripted core: no preload, no core, nothing of the app but its pages.
const { app, BrowserWindow, Menu } = require('electron');

Menu.setApplicationMenu(null);
void app
  .whenReady()
  .then(() => new BrowserWindow({ useContentSize: true, width: 1366, height: 768 }).loadURL('about:blank'));
app.on('window-all-closed', () => app.quit());
