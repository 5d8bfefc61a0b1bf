/** Makers whose devices are scanners (or wedges of scanners) whatever name they give. USB vendor ids. */
const SCANNER_MAKERS: ReadonlySet<number> = new Set([
  0x0536, // Hand Held Products
  0x05e0, // Symbol, Zebra
  0x05f9, // PSC, Datalogic
  0x065a, // Optoelectronics (Opticon)
  0x080c, // Datalogic
  0x0c2e, // Metrologic, Honeywell
  0x1eab, // Newland
]);
const SCANNER_NAME = /scan|bar\s?code|条码|扫码|扫描/i;

/** Is this a scanner, by the vendor id of its maker or by its name? */
export function looksLikeScanner(vendorId: number | null, name: string): boolean {
  return (vendorId !== null && SCANNER_MAKERS.has(vendorId)) || SCANNER_NAME.test(name);
}
