import { app, session, type Session, type WebContents } from 'electron';
import { APP_ORIGIN } from '../contract/terminal/origin.ts';

type Log = (line: string) => void;

/** Long addresses are cut in the log: a page could fill it. */
const SHOWN_CHARS = 200;

/** Refuses whatever a page of ours never asks for. Call once, when the app is ready and before the first window. */
export function lockDown(log: Log): void {
  app.on('web-contents-created', (_event, contents) => guard(contents, log));
  guardSession(session.defaultSession, log);
  app.on('session-created', (created) => guardSession(created, log));
}

function guardSession(its: Session, log: Log): void {
  its.setPermissionRequestHandler((_contents, permission, answer) => {
    log(`refused permission ${permission}`);
    answer(false);
  });
  its.setPermissionCheckHandler(() => false);
  its.setDevicePermissionHandler(() => false);
  its.on('will-download', (event) => event.preventDefault());
  // A page has no network of its own: the core has. The inspector's own pages exist only unpackaged.
  const allowed = app.isPackaged ? ['app:'] : ['app:', 'devtools:'];
  its.webRequest.onBeforeRequest(({ url }, answer) => {
    const cancel = !allowed.some((scheme) => url.startsWith(scheme));
    if (cancel) log(`refused a request for ${url.slice(0, SHOWN_CHARS)}`);
    answer({ cancel });
  });
}

function guard(contents: WebContents, log: Log): void {
  const refuse = (event: Electron.Event, url: string): void => {
    if (url.startsWith(`${APP_ORIGIN}/`)) return;
    event.preventDefault();
    log(`refused navigation to ${url.slice(0, SHOWN_CHARS)}`);
  };
  contents.on('will-navigate', (event) => refuse(event, event.url));
  contents.on('will-redirect', (event) => refuse(event, event.url));
  contents.on('will-frame-navigate', (event) => refuse(event, event.url));
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
    log('refused a web view');
  });
  contents.setWindowOpenHandler(({ url }) => {
    log(`refused a new window for ${url.slice(0, SHOWN_CHARS)}`);
    return { action: 'deny' };
  });
}
