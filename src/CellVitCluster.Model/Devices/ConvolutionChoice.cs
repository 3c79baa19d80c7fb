using System.Globalization;
using System.Text.Json;
using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Model.Devices;

/// <summary>
/// Which form of convolution a device uses: the configured one, or the one that was fastest when this kind of machine first loaded a model.
/// The finding is kept in a file under the processor's name, so that a machine gives the same bits every day.
/// </summary>
public sealed class ConvolutionChoice
{
    /// <summary>Environment variable that fixes the form: <c>direct</c> or <c>winograd</c>; <c>auto</c> or nothing to measure.</summary>
    public const string Variable = "CELLVIT_CONVOLUTION";

    private readonly string _file;
    private readonly Func<InferenceDevice, ConvolutionKernel> _measure;

    /// <summary>A choice whose findings are kept in a file.</summary>
    /// <param name="file">JSON file; made when it does not exist, ignored when it cannot be read or written.</param>
    public ConvolutionChoice(string file)
        : this(file, ConvolutionTiming.Fastest)
    {
    }

    internal ConvolutionChoice(string file, Func<InferenceDevice, ConvolutionKernel> measure)
    {
        _file = file;
        _measure = measure;
    }

    /// <summary>Findings of this user on this machine.</summary>
    public static ConvolutionChoice User { get; } = new(Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "cellvit", "convolutions.json"));

    /// <summary>Gives a device its form of convolution.</summary>
    /// <param name="device">The device; a GPU always uses the library's form.</param>
    /// <param name="configured">Name of a form; <c>auto</c> or null to measure.</param>
    /// <exception cref="ConfigurationException">The name is unknown.</exception>
    public InferenceDevice Apply(InferenceDevice device, string? configured)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device.IsCuda)
        {
            return device with { Kernel = ConvolutionKernel.Direct };
        }

        return device with
        {
            Kernel = configured?.Trim().ToUpperInvariant() switch
            {
                null or "" or "AUTO" => Remembered(device),
                "DIRECT" => ConvolutionKernel.Direct,
                "WINOGRAD" => ConvolutionKernel.Winograd,
                _ => throw new ConfigurationException(
                    $"Cannot use convolution '{configured}'.",
                    "Known are 'auto', 'direct' and 'winograd'.",
                    $"Correct {Variable}, or leave it out to let the program measure."),
            },
        };
    }

    private ConvolutionKernel Remembered(InferenceDevice device)
    {
        Dictionary<string, string> findings = Read();
        string machine = string.Create(CultureInfo.InvariantCulture, $"{Processor.Name}, {Processor.InstructionSet}, {Precisions.NameOf(device.Precision)}, {device.Threads} threads");
        if (findings.TryGetValue(machine, out string? known) && Enum.TryParse(known, out ConvolutionKernel kernel))
        {
            return kernel;
        }

        ConvolutionKernel found = _measure(device);
        findings[machine] = found.ToString();
        Write(findings);
        return found;
    }

    private Dictionary<string, string> Read()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(_file), ConvolutionFindingsJson.Default.DictionaryStringString) ?? [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return [];
        }
    }

    private void Write(Dictionary<string, string> findings)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
            string unfinished = $"{_file}.{Environment.ProcessId}.tmp";
            File.WriteAllBytes(unfinished, JsonSerializer.SerializeToUtf8Bytes(findings, ConvolutionFindingsJson.Default.DictionaryStringString));
            File.Move(unfinished, _file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Every start measures anew then. Whoever needs one form for ever, whatever the race, fixes it by the variable.
        }
    }
}
