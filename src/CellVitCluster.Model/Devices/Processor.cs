using System.Runtime.Intrinsics.X86;

namespace CellVitCluster.Model.Devices;

/// <summary>The processor of this machine.</summary>
internal static class Processor
{
    private static readonly Lazy<string> LazyName = new(ReadName);

    /// <summary>Its name as the operating system gives it, with its model number: virtual machines hide the rest.</summary>
    public static string Name => LazyName.Value;

    /// <summary>The widest set of vector instructions that the library's kernels are written for and this processor has.</summary>
    public static string InstructionSet =>
        Avx512BW.IsSupported && Avx512DQ.IsSupported && Avx512F.VL.IsSupported ? "avx512" : Avx2.IsSupported ? "avx2" : "baseline";

    private static string ReadName()
    {
        const string file = "/proc/cpuinfo";
        if (!File.Exists(file))
        {
            return "unknown processor";
        }

        ILookup<string, string> facts = File.ReadLines(file).TakeWhile(l => l.Length > 0)
            .Select(l => l.Split(':', 2, StringSplitOptions.TrimEntries)).Where(p => p.Length == 2).ToLookup(p => p[0], p => p[1], StringComparer.Ordinal);
        return string.Join(' ', facts["model name"].FirstOrDefault(), facts["cpu family"].FirstOrDefault(), facts["model"].FirstOrDefault());
    }
}
