import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import qrcode from 'qrcode';

export interface PanelVoucher {
  readonly label: string;
  /** The text of the code as the phone shows it now. */
  show(): string;
}

const MAIN = `
const { app, BrowserWindow } = require('electron');
app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 380, height: 700, title: '顾客手机 Customer phone', autoHideMenuBar: true });
  window.loadURL(process.argv.find((argument) => argument.startsWith('http://')));
});
app.on('window-all-closed', () => app.quit());
`;

const PAGE = `<!doctype html><html lang="zh"><meta charset="utf-8"><title>顾客手机 Customer phone</title>
<style>body{font:16px system-ui,sans-serif;margin:0;padding:20px;background:#eef1f5;color:#1c2733}
select,button{font:inherit;width:100%;padding:12px;border-radius:10px;border:1px solid #b8c2cc;margin:6px 0;background:#fff}
button{background:#b3261e;color:#fff;border:0;font-weight:600}#code{background:#fff;border-radius:16px;padding:12px;text-align:center}
svg{width:100%;height:auto}p{font-size:13px;color:#4a5a6a}</style>
<h3>顾客手机 · Customer phone</h3><select id="which"></select><div id="code"></div>
<button id="scan">放到扫码枪前 · Hold to the scanner</button>
<p>二维码每 30 秒更新。The code is signed anew every 30 seconds.</p>
<script>
const which=document.getElementById('which');
async function draw(){document.getElementById('code').innerHTML=await (await fetch('/code?n='+which.value)).text()}
fetch('/vouchers').then(r=>r.json()).then(list=>{list.forEach((l,i)=>which.add(new Option(l,i)));draw()});
which.onchange=draw;setInterval(draw,30000);
document.getElementById('scan').onclick=()=>fetch('/scan?n='+which.value,{method:'POST'});
</script></html>`;

/**
 * A window that plays the customer's phone: shows a voucher's QR code and holds it to the virtual scanner.
 * Returns the window's process; the panel ends with it.
 */
export async function openPhonePanel(
  electron: string,
  folder: string,
  vouchers: readonly PanelVoucher[],
  scan: (text: string) => Promise<void>,
): Promise<ChildProcess> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const voucher = vouchers[Number(url.searchParams.get('n'))];
    const answer = async (): Promise<{ type: string; body: string }> => {
      if (url.pathname === '/') return { type: 'text/html', body: PAGE };
      if (url.pathname === '/vouchers') {
        return { type: 'application/json', body: JSON.stringify(vouchers.map(({ label }) => label)) };
      }
      if (voucher === undefined) return { type: 'text/plain', body: '' };
      if (url.pathname === '/scan' && request.method === 'POST') await scan(voucher.show());
      if (url.pathname === '/code') {
        return {
          type: 'image/svg+xml',
          body: await qrcode.toString(voucher.show(), { type: 'svg', margin: 1 }),
        };
      }
      return { type: 'text/plain', body: '' };
    };
    answer().then(
      ({ type, body }) => response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(body),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const app = join(folder, 'phone-app');
  mkdirSync(app, { recursive: true });
  writeFileSync(join(app, 'package.json'), '{"name":"customer-phone","main":"main.cjs"}');
  writeFileSync(join(app, 'main.cjs'), MAIN);
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const child = spawn(electron, [...sandbox, app, `http://127.0.0.1:${port}/`], { stdio: 'ignore' });
  child.on('exit', () => server.close());
  return child;
}
