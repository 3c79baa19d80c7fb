using System.Globalization;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Runs;
using TorchSharp;

namespace CellVitCluster.Model.Devices;

/// <summary>Where networks run, and with how many threads inside one operation.</summary>
public sealed record InferenceDevice
{
    private const string CpuName = "cpu";
    private const string CudaName = "cuda";

    /// <summary>Model of the GPU; empty for the CPU.</summary>
    private string GpuName { get; init; } = "";

    private InferenceDevice(bool isCuda, int index, int threads)
    {
        IsCuda = isCuda;
        Index = index;
        Threads = threads;
    }

    /// <summary>Whether this is an NVIDIA GPU; else it is the CPU.</summary>
    public bool IsCuda { get; }

    /// <summary>Number of the GPU; 0 for the CPU.</summary>
    public int Index { get; }

    /// <summary>Threads that work on one operation on the CPU.</summary>
    public int Threads { get; }

    /// <summary>Number format of weights and maps.</summary>
    public Precision Precision { get; init; }

    /// <summary>How 3 × 3 convolutions are computed on the CPU.</summary>
    public ConvolutionKernel Kernel { get; init; }

    /// <summary>The CPU with all its cores.</summary>
    public static InferenceDevice Cpu => new(isCuda: false, 0, Environment.ProcessorCount);

    /// <summary>The CPU with the given number of threads inside one operation.</summary>
    /// <param name="threads">1 or more; results may differ in their last bits between numbers of threads.</param>
    public static InferenceDevice CpuWithThreads(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        return new InferenceDevice(isCuda: false, 0, threads);
    }

    /// <summary>The device with a precision.</summary>
    /// <param name="precision">
    /// The precision; null for the device's default: fp32 on processors, fp16 on GPUs, in which the published networks were trained.
    /// </param>
    /// <exception cref="ConfigurationException">The device cannot compute in it.</exception>
    public InferenceDevice WithPrecision(Precision? precision)
    {
        Precision wanted = precision ?? (IsCuda ? Precision.Half : Precision.Single);
        return IsCuda || wanted != Precision.Half
            ? this with { Precision = wanted }
            : throw new ConfigurationException(
                "Cannot use precision 'fp16' on a processor.",
                "The library has no fast fp16 kernels for processors.",
                "Use 'fp32', or 'bf16' on a processor that has instructions for it.");
    }

    /// <summary>Reads a device name.</summary>
    /// <param name="name"><c>cpu</c>, <c>cuda</c>, <c>cuda:&lt;n&gt;</c>, or <c>auto</c>: the first GPU if there is one, else the CPU.</param>
    /// <param name="threads">Threads inside one operation on the CPU; null for all cores.</param>
    /// <exception cref="ConfigurationException">The name is not understood, the number of threads is less than 1, or there is no such GPU.</exception>
    public static InferenceDevice Parse(string name, int? threads = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (threads < 1)
        {
            throw new ConfigurationException(
                "Cannot use the inference device.",
                string.Create(CultureInfo.InvariantCulture, $"{threads} threads were asked for; at least one is needed."),
                "Leave the number of threads out to use all cores.");
        }

        int count = threads ?? Environment.ProcessorCount;
        string[] parts = name.Trim().Split(':');
        int index = 0;
        bool numbered = parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out index);
        return (parts[0].ToUpperInvariant(), parts.Length, numbered) switch
        {
            ("AUTO", 1, _) when torch.cuda.is_available() => RequireGpu(name, 0, count),
            ("CPU" or "AUTO", 1, _) => new InferenceDevice(isCuda: false, 0, count),
            ("CUDA", 1, _) or ("CUDA", 2, true) => RequireGpu(name, index, count),
            _ => throw new ConfigurationException(
                $"Cannot use inference device '{name}'.",
                $"'{name}' is none of '{CpuName}', '{CudaName}', '{CudaName}:<number>'.",
                $"Write '{CpuName}', or '{CudaName}:0' for the first GPU."),
        };
    }

    /// <summary>
    /// What decides the last bits of results on this device: precision, form of the convolutions and, on a processor, threads and the widest
    /// instructions that the kernels are written for; on a GPU its name, by which the library chooses its kernels.
    /// </summary>
    public NumericProfile Profile
    {
        get
        {
            string precision = Precisions.NameOf(Precision);
            string kernel = Kernel == ConvolutionKernel.Winograd ? "winograd" : "direct";
            return new(IsCuda
                ? $"{CudaName}/{precision}/direct/{GpuName}"
                : string.Create(CultureInfo.InvariantCulture, $"{CpuName}/{precision}/{kernel}/threads={Threads}/{Processor.InstructionSet}"));
        }
    }

    /// <inheritdoc/>
    public override string ToString() => IsCuda ? string.Create(CultureInfo.InvariantCulture, $"{CudaName}:{Index}") : CpuName;

    /// <summary>The library's name for this device.</summary>
    internal torch.Device ToTorch() => IsCuda ? torch.device(DeviceType.CUDA, Index) : torch.CPU;

    /// <summary>
    /// Applies the settings that the library keeps per process: large pages, the number of threads, and full-precision products on GPUs,
    /// which would otherwise round to ten bits of mantissa.
    /// </summary>
    internal void Activate()
    {
        HugePages.Enable();
        if (IsCuda)
        {
            torch.backends.cuda.matmul.allow_tf32 = false;
            torch.backends.cudnn.allow_tf32 = false;
        }
        else if (torch.get_num_threads() != Threads)
        {
            torch.set_num_threads(Threads);
        }
    }

    private static InferenceDevice RequireGpu(string name, int index, int threads)
    {
        int found = torch.cuda.is_available() ? torch.cuda.device_count() : 0;
        return index < found
            ? new InferenceDevice(isCuda: true, index, threads) { GpuName = GpuDriver.NameOf(index).Replace(' ', '-') }
            : throw new ConfigurationException(
                $"Cannot use inference device '{name}'.",
                string.Create(CultureInfo.InvariantCulture, $"{found} CUDA devices are visible to this program."),
                $"Use '{CpuName}', or a build for CUDA on a machine with an NVIDIA driver.");
    }
}
