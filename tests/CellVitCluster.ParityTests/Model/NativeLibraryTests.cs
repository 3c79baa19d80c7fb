using System.Buffers.Binary;
using System.Text;
using static TorchSharp.torch;

namespace CellVitCluster.ParityTests.Model;

/// <summary>The build step of build/WeakGlibcxxRequirement.targets, without which libtorch does not load on Debian 12.</summary>
public sealed class NativeLibraryTests
{
    private const uint VersionNeeds = 0x6ffffffe;

    [Fact]
    public void The_built_copy_asks_for_the_newest_runtime_only_weakly_and_computes()
    {
        Requirements(Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so"))["GLIBCXX_3.4.32"].ShouldBe((ushort)2);

        using Tensor sum = ones(2, 3).sum();
        sum.item<float>().ShouldBe(6);
    }

    [Fact]
    public void Other_requirements_stay_strict()
    {
        Dictionary<string, ushort> requirements = Requirements(Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so"));

        requirements.Count.ShouldBeGreaterThan(3);
        requirements.Where(r => r.Key != "GLIBCXX_3.4.32").ShouldAllBe(r => r.Value == 0);
    }

    /// <summary>Flags per required version, from .gnu.version_r (System V ABI, "Symbol Versioning").</summary>
    private static Dictionary<string, ushort> Requirements(string library)
    {
        byte[] elf = File.ReadAllBytes(library);
        int Word(int at) => BinaryPrimitives.ReadInt32LittleEndian(elf.AsSpan(at));
        int Half(int at) => BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(at));
        var flags = new Dictionary<string, ushort>(StringComparer.Ordinal);
        (int sections, int size, int count) = (Word(0x28), Half(0x3A), Half(0x3C));
        int header = Enumerable.Range(0, count).Select(i => sections + (i * size)).Single(h => (uint)Word(h + 4) == VersionNeeds);
        int names = Word(sections + (Word(header + 0x28) * size) + 0x18);
        int need = Word(header + 0x18);
        for (int needs = Word(header + 0x2C); needs > 0; needs--)
        {
            int version = need + Word(need + 8);
            for (int versions = Half(need + 2); versions > 0; versions--)
            {
                int name = names + Word(version + 8);
                flags[Encoding.ASCII.GetString(elf.AsSpan(name, Array.IndexOf(elf, (byte)0, name) - name))] = (ushort)Half(version + 4);
                version += Word(version + 12);
            }

            need += Word(need + 12);
        }

        return flags;
    }
}
