using System.CommandLine;
using CellVitCluster.Model.Devices;

namespace CellVitCluster.Cli.Commands;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    public static Option<double?> Mpp() => new("--mpp")
    {
        Description = "Pixel size of the slide in µm per pixel; wins over what the file says.",
        HelpName = "X",
    };

    public static Option<string> Device() => new("--device")
    {
        Description = "Device of the network: auto, cpu or cuda:N.",
        HelpName = "DEVICE",
        DefaultValueFactory = _ => "auto",
    };

    public static Option<string?> Precision()
    {
        var option = new Option<string?>("--precision")
        {
            Description = "Number format of the network: fp32 (default on processors), bf16 or fp16 (default on GPUs). Other than fp32 is faster where the device has it, and not exact.",
            HelpName = "FORMAT",
        };
        option.AcceptOnlyFromAmong([.. Precisions.Names]);
        return option;
    }

    public static Option<bool> Json() => new("--json") { Description = "Print one machine-readable document on standard output." };

    public static Option<string?> Layer() => new("--layer")
    {
        Description = "Classes of this layer (name of its classifier). Default: the network's classes; where it gave none, the first layer.",
        HelpName = "NAME",
    };

    /// <summary>Parses <c>x,y,w,h</c> in level-0 px.</summary>
    public static Option<string?> Region() => new("--region")
    {
        Description = "Rectangle x,y,w,h in level-0 pixels.",
        HelpName = "x,y,w,h",
    };
}
