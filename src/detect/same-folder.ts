import { realpathSync } from 'node:fs';

/**
 * A folder, and where its links lead.
 * @param path absolute
 */
export function spellingsOfFolder(path: string): string[] {
  try {
    return [...new Set([path, realpathSync(path)])];
  } catch {
    return [path];
  }
}

/** Whether two spellings are of one folder: Windows, WSL and Docker Desktop write a drive in their own ways. Pure. */
export function isSameFolder(a: string, b: string): boolean {
  return plain(a) === plain(b);
}

function plain(path: string): string {
  const slashes = path.replaceAll('\\', '/').replace(/(?<=.)\/+$/, '');
  const [, drive, rest = ''] =
    /^(?:([A-Za-z]):|\/(?:mnt|host_mnt|run\/desktop\/mnt\/host)\/([A-Za-z])(?=\/|$))(.*)$/
      .exec(slashes)
      ?.filter((part) => part !== undefined) ?? [];
  // Drives of Windows do not tell capitals from small letters.
  return drive === undefined ? slashes : `${drive}:${rest}`.toLowerCase();
}
