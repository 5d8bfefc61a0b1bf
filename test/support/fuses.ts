import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';

/** How the fuses of everything that is shipped must stand. */
export const SHIPPED_FUSES: Readonly<Record<string, boolean>> = {
  RunAsNode: false,
  EnableCookieEncryption: true,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  // Electron checks it on macOS and Windows; on Linux the fuse is set and has no effect.
  EnableEmbeddedAsarIntegrityValidation: true,
  OnlyLoadAppFromAsar: true,
  LoadBrowserProcessSpecificV8Snapshot: false,
  GrantFileProtocolExtraPrivileges: false,
};

/** The fuse wire as it stands in an executable, by name. */
export async function readFuses(executable: string): Promise<Readonly<Record<string, boolean>>> {
  const wire = await getCurrentFuseWire(executable);
  return Object.fromEntries(
    Object.keys(SHIPPED_FUSES).map((name) => {
      const option = FuseV1Options[name as keyof typeof FuseV1Options];
      return [name, wire[option] === FuseState.ENABLE];
    }),
  );
}
