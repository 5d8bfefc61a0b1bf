/** The first Electron whose own Node has Node-API 10. A package with an older one is for testing only. */
export const FIRST_MODERN_ELECTRON = 35;

export function isTestOnly(electronVersion: string): boolean {
  return Number(electronVersion.split('.')[0]) < FIRST_MODERN_ELECTRON;
}
