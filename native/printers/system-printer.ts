import { spawn } from 'node:child_process';
import { DeviceError } from '../device-error.ts';
import { DEFAULT_PATIENCE, type PrinterTransport } from './transport.ts';

/**
 * A printer of the operating system, by its name, fed with raw data: `lp` on Linux and macOS, the spooler's own
 * functions on Windows. The system's queue takes the slip; whether it has paper, only the system knows.
 */
export function createSystemPrinter(
  name: string,
  platform: NodeJS.Platform = process.platform,
): PrinterTransport {
  const [command, ...args] = platform === 'win32' ? windowsCommand() : ['lp', '-s', '-o', 'raw', '-d', name];
  return { send: (bytes) => feed(command, args, name, bytes) };
}

/** Does the operating system know this printer? Rejects with `printer-unavailable` if not. */
export function findSystemPrinter(name: string, platform: NodeJS.Platform = process.platform): Promise<void> {
  const script = 'Get-Printer -Name $env:VOUCHER_PRINTER -ErrorAction Stop | Out-Null';
  const [command, ...args] =
    platform === 'win32'
      ? ['powershell.exe', '-NoProfile', '-NonInteractive', '-Command', script]
      : ['lpstat', '-p', name];
  return feed(command, args, name, new Uint8Array(0));
}

function feed(command: string, args: readonly string[], name: string, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['pipe', 'ignore', 'pipe'],
      // The printer's name travels outside the script, so that no name can be a command.
      env: { ...process.env, VOUCHER_PRINTER: name },
      timeout: DEFAULT_PATIENCE.stallMs,
      windowsHide: true,
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(0, 500)));
    child.stdin.on('error', () => undefined);
    child.once('error', (cause) => reject(new DeviceError('printer-unavailable', cause.message, cause)));
    child.once('close', (code) => {
      if (code === 0) resolve();
      else
        reject(new DeviceError('printer-unavailable', said.trim() || `${command} failed: ${String(code)}`));
    });
    child.stdin.end(bytes);
  });
}

/** Reads the slip from standard input and hands it to the spooler as data type RAW. */
const WINDOWS_SCRIPT = `
$ErrorActionPreference = 'Stop'
Add-Type -TypeDefinition @'
using System; using System.Runtime.InteropServices;
public static class Spool {
  [StructLayout(LayoutKind.Sequential, CharSet = CharSet.Unicode)]
  public class Doc { public string Name; public string Output; public string Type; }
  [DllImport("winspool.drv", CharSet = CharSet.Unicode, SetLastError = true)]
  static extern bool OpenPrinterW(string name, out IntPtr printer, IntPtr defaults);
  [DllImport("winspool.drv", CharSet = CharSet.Unicode, SetLastError = true)]
  static extern int StartDocPrinterW(IntPtr printer, int level, [In] Doc doc);
  [DllImport("winspool.drv", SetLastError = true)]
  static extern bool WritePrinter(IntPtr printer, byte[] bytes, int count, out int written);
  [DllImport("winspool.drv")] static extern bool EndDocPrinter(IntPtr printer);
  [DllImport("winspool.drv")] static extern bool ClosePrinter(IntPtr printer);
  public static void Send(string name, byte[] bytes) {
    IntPtr printer; int written;
    if (!OpenPrinterW(name, out printer, IntPtr.Zero)) throw new Exception("no printer " + name);
    try {
      if (StartDocPrinterW(printer, 1, new Doc { Name = "slip", Type = "RAW" }) == 0) throw new Exception("refused");
      if (!WritePrinter(printer, bytes, bytes.Length, out written) || written != bytes.Length)
        throw new Exception("not taken");
      EndDocPrinter(printer);
    } finally { ClosePrinter(printer); }
  }
}
'@
$slip = New-Object IO.MemoryStream
[Console]::OpenStandardInput().CopyTo($slip)
[Spool]::Send($env:VOUCHER_PRINTER, $slip.ToArray())
`;

function windowsCommand(): readonly [string, ...string[]] {
  const script = Buffer.from(WINDOWS_SCRIPT, 'utf16le').toString('base64');
  return ['powershell.exe', '-NoProfile', '-NonInteractive', '-EncodedCommand', script];
}
