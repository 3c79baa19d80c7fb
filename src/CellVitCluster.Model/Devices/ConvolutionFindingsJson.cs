using System.Text.Json.Serialization;

namespace CellVitCluster.Model.Devices;

/// <summary>JSON form of the findings: machine → form of convolution.</summary>
[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class ConvolutionFindingsJson : JsonSerializerContext;
