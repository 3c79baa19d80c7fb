using System.Text.Json.Serialization;
using CellVitCluster.Domain.Taxonomies;

namespace CellVitCluster.Inference.Classification;

/// <summary>A taxonomy as its file states it.</summary>
internal sealed record TaxonomyFile(string Name, IReadOnlyList<TaxonomyFileClass> Classes)
{
    public Taxonomy ToTaxonomy() =>
        new(Name, [.. Classes.Select(c => new CellClass(c.Id, c.Name, (byte)c.Color[0], (byte)c.Color[1], (byte)c.Color[2]))]);
}

/// <summary>A class as its file states it.</summary>
internal sealed record TaxonomyFileClass(byte Id, string Name, IReadOnlyList<int> Color);

/// <summary>JSON form of the taxonomies. A misspelled entry is an error.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TaxonomyFile))]
internal sealed partial class TaxonomyJson : JsonSerializerContext;
