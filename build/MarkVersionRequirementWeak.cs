using System;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Build step: sets VER_FLG_WEAK on one version requirement of a 64-bit little-endian ELF library, so that the dynamic loader
/// accepts a C++ runtime without that version. Layout: System V ABI, "Symbol Versioning" (Elf64_Verneed, Elf64_Vernaux).
/// </summary>
public class MarkVersionRequirementWeak : Task
{
    private const uint SectionTypeVersionNeeds = 0x6ffffffe;
    private const ushort WeakFlag = 2;

    [Required]
    public string Library { get; set; }

    [Required]
    public string Version { get; set; }

    public override bool Execute()
    {
        byte[] elf = File.ReadAllBytes(Library);
        int flags = FindFlags(elf, Version);
        if (flags < 0)
        {
            Log.LogError(
                "{0} has no version requirement {1}. The TorchSharp package has changed: check with 'readelf -V' whether this build step is still needed.",
                Library, Version);
            return false;
        }

        if ((BitConverter.ToUInt16(elf, flags) & WeakFlag) != 0)
        {
            return true;
        }

        elf[flags] |= (byte)WeakFlag;
        DateTime copied = File.GetLastWriteTimeUtc(Library);
        // Replace the file instead of writing into it: it may be a link to the package cache.
        string patched = Library + ".patched";
        File.WriteAllBytes(patched, elf);
        File.Delete(Library);
        File.Move(patched, Library);
        // With the old time stamp the next build does not copy the unpatched file again.
        File.SetLastWriteTimeUtc(Library, copied);
        return true;
    }

    private static int FindFlags(byte[] elf, string version)
    {
        long sections = BitConverter.ToInt64(elf, 0x28);
        int size = BitConverter.ToUInt16(elf, 0x3A);
        int count = BitConverter.ToUInt16(elf, 0x3C);
        for (int i = 0; i < count; i++)
        {
            int header = (int)sections + (i * size);
            if (BitConverter.ToUInt32(elf, header + 4) != SectionTypeVersionNeeds)
            {
                continue;
            }

            int need = (int)BitConverter.ToInt64(elf, header + 0x18);
            int strings = (int)sections + ((int)BitConverter.ToUInt32(elf, header + 0x28) * size);
            int names = (int)BitConverter.ToInt64(elf, strings + 0x18);
            while (true)
            {
                int aux = need + (int)BitConverter.ToUInt32(elf, need + 8);
                while (true)
                {
                    int name = names + (int)BitConverter.ToUInt32(elf, aux + 8);
                    int end = Array.IndexOf(elf, (byte)0, name);
                    if (Encoding.ASCII.GetString(elf, name, end - name) == version)
                    {
                        return aux + 4;
                    }

                    uint nextAux = BitConverter.ToUInt32(elf, aux + 12);
                    if (nextAux == 0)
                    {
                        break;
                    }

                    aux += (int)nextAux;
                }

                uint nextNeed = BitConverter.ToUInt32(elf, need + 12);
                if (nextNeed == 0)
                {
                    break;
                }

                need += (int)nextNeed;
            }
        }

        return -1;
    }
}
